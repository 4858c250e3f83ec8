import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BrowserWindow, type Rectangle, screen, shell, type WebContents } from 'electron';
import { appOrigin, isListedLink } from './app-origin.ts';
import { writeAtomically } from './library/write-atomically.ts';
import { parseWindowState, placeWindow, smallestWindow, type WindowState } from './window-state.ts';

const preload = fileURLToPath(new URL('../dist/preload/preload.cjs', import.meta.url));

/** Keeps a page where it is: it navigates nowhere, opens no window, and holds no other page. */
export function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isListedLink(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

async function readState(path: string): Promise<WindowState> {
  const saved = parseWindowState(await readFile(path, 'utf8').catch(() => ''));
  const areas: [Rectangle, ...Rectangle[]] = [
    screen.getPrimaryDisplay().workArea,
    ...screen.getAllDisplays().map((display) => display.workArea),
  ];
  return placeWindow(saved, areas);
}

/** Opens the editor's window where it was when it was closed last. */
export async function openWindow(dataFolder: string): Promise<BrowserWindow> {
  const stateFile = join(dataFolder, 'window.json');
  const { maximized, ...bounds } = await readState(stateFile);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    // Where the window was is a courtesy: it keeps nothing from closing.
    writeAtomically(stateFile, JSON.stringify(state)).catch((error: unknown) =>
      console.error('the place of the window was not kept:', error),
    );
  });
  await window.loadURL(`${appOrigin}/`);
  return window;
}
