import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import { serveIpc } from './bridge/ipc.ts';
import { filesIn, handFile } from './handed-files.ts';
import { createHost, type Host } from './host.ts';
import { dataRoot } from './library/paths.ts';
import { showMenu } from './menu.ts';
import { nodePath } from './node-path.ts';
import { registerAppScheme, serveAppScheme } from './protocol.ts';
import { confine, openWindow } from './window.ts';

/** Composition root of the desktop app: the services behind a window of Electron. */
async function start(): Promise<void> {
  const waiting = filesIn(process.argv.slice(1), process.cwd());
  let isPageReady = false;
  let host: Host | undefined;

  function hand(paths: readonly string[]): void {
    if (host === undefined || !isPageReady) waiting.push(...paths);
    else for (const path of paths) void handFile(path, host.dispatch, host.events.tell);
  }
  function show(): void {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  }
  app.on('open-file', (event, path) => {
    event.preventDefault();
    hand([path]);
  });
  app.on('second-instance', (_, args, workingFolder) => {
    show();
    hand(filesIn(args.slice(1), workingFolder));
  });
  app.on('web-contents-created', (_, contents) => confine(contents));

  await app.whenReady();
  const opened = await createHost({
    nodePath: nodePath(process.resourcesPath, process.platform),
    desktop: {
      showMenu(menus) {
        showMenu(menus, (id, byKeys) => opened.events.tell('menu.chosen', { id, byKeys }));
        // A page that shows its menu is ready for what a person asks of it.
        isPageReady = true;
        hand(waiting.splice(0));
      },
    },
  });
  host = opened;
  serveAppScheme(opened.folders);
  serveIpc(() => BrowserWindow.getAllWindows(), opened);
  closeWith(opened);
  await openWindow(opened.services.paths.root);
}

/** The app ends with its window, and not before what runs has been put down. */
function closeWith(host: Host): void {
  let isClosed = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void host
      .close()
      .catch((error: unknown) => console.error('Weft did not end well:', error))
      .finally(() => {
        isClosed = true;
        app.quit();
      });
  });
}

// One Weft for each data folder, and what Chromium keeps lies in it too.
const root = dataRoot(undefined, { platform: process.platform, env: process.env, home: homedir() });
app.setPath('userData', join(root, 'browser'));
if (app.requestSingleInstanceLock()) {
  app.enableSandbox();
  registerAppScheme();
  // Not awaited: Electron becomes ready only after this module has been read.
  start().catch((error: unknown) => {
    dialog.showErrorBox('Weft cannot start', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
} else {
  app.quit();
}
