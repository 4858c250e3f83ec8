import { type BrowserWindow, ipcMain } from 'electron';
import { isTrustedSender } from '../app-origin.ts';
import { channels } from './channels.ts';
import type { Answer, CallName } from './contract.ts';
import type { Dispatch } from './dispatch.ts';
import type { EventsHub } from './events-hub.ts';

const refusal: Answer<CallName> = { ok: false, problems: [{ what: 'This call did not come from the page of Weft.' }] };

/** Serves the windows over Electron's IPC: answers the calls of their own page and tells them the news. */
export function serveIpc(windows: () => readonly BrowserWindow[], { dispatch, events }: { dispatch: Dispatch; events: EventsHub }): void {
  ipcMain.handle(channels.call, ({ senderFrame }, name: unknown, params: unknown) =>
    isTrustedSender(senderFrame) && typeof name === 'string' ? dispatch(name, params) : refusal,
  );
  events.subscribe((event, data) => {
    for (const window of windows()) if (!window.isDestroyed()) window.webContents.send(channels.event, event, data);
  });
}
