import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDispatch, type Dispatch, type LogError } from './bridge/dispatch.ts';
import { createEventsHub, type EventsHub } from './bridge/events-hub.ts';
import { createHandlers } from './bridge/handlers.ts';
import type { ServedFolders } from './server/served-files.ts';
import { createServices, type Services } from './services.ts';

/** What the page needs of the process behind it, whether that is Electron's or a server. */
export type Host = {
  readonly services: Services;
  readonly dispatch: Dispatch;
  readonly events: EventsHub;
  /** What the page may load: itself and pictures. */
  readonly folders: ServedFolders;
  /** Cancels what runs, keeps the queue, and ends all processes. */
  close(): Promise<void>;
};

export type HostOptions = { readonly data?: string; readonly desktop: boolean; readonly nodePath?: string };

/** The built page. */
export const pageFolder = fileURLToPath(new URL('../dist/page', import.meta.url));

const logError: LogError = (what, error) => console.error(what, error);

/** Opens the data folder and builds all that a page talks to; throws a ProblemError where that can't be. */
export async function createHost(options: HostOptions): Promise<Host> {
  const events = createEventsHub(logError);
  const services = await createServices(options);
  const { paths, inputFolders } = services;
  const folders = {
    '': [pageFolder],
    'pictures/output': [paths.output],
    'pictures/preview': [join(paths.cache, 'preview')],
    inputs: inputFolders,
  };
  return {
    services,
    events,
    folders,
    dispatch: createDispatch(createHandlers(services, { desktop: options.desktop }), logError),
    close: () => services.close(),
  };
}
