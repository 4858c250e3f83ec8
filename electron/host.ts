import { fileURLToPath } from 'node:url';
import { createDispatch, type Dispatch, type LogError } from './bridge/dispatch.ts';
import { createEventsHub, type EventsHub } from './bridge/events-hub.ts';
import { createHandlers, type Desktop } from './bridge/handlers.ts';
import { createWindows, type Windows } from './bridge/windows.ts';
import { createEditorServices } from './editor-services.ts';
import type { ServedFolders } from './server/served-files.ts';
import { createServices, type Services } from './services.ts';

/** What the page needs of the process behind it, whether that is Electron's or a server. */
export type Host = {
  readonly services: Services;
  readonly dispatch: Dispatch;
  readonly events: EventsHub;
  readonly windows: Windows;
  /** What the page may load: itself and pictures. */
  readonly folders: ServedFolders;
  /** Cancels what runs, keeps the queue, and ends all processes. */
  close(): Promise<void>;
};

export type HostOptions = { readonly data?: string; readonly desktop?: Desktop; readonly nodePath?: string };

/** The built page. */
const pageFolder = fileURLToPath(new URL('../dist/page', import.meta.url));

const logError: LogError = (what, error) => console.error(what, error);

/** Opens the data folder and builds all that a page talks to; throws a ProblemError where that can't be. */
export async function createHost(options: HostOptions): Promise<Host> {
  const events = createEventsHub(logError);
  const windows = createWindows();
  const services = await createServices(options);
  try {
    const editor = await createEditorServices(services, events.tell, logError);
    return {
      services,
      events,
      windows,
      folders: { '': [pageFolder], ...editor.pictures },
      dispatch: createDispatch(createHandlers(services, editor, { desktop: options.desktop, windows, tell: events.tell }), logError),
      close: () => editor.close(),
    };
  } catch (error) {
    await services.close();
    throw error;
  }
}
