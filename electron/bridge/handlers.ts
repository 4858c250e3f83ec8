import { listModels } from '../library/models.ts';
import type { Services } from '../services.ts';
import { weftVersion } from '../version.ts';
import type { Handlers } from './dispatch.ts';

/** What every call does, by the services. */
export function createHandlers(services: Services, { desktop }: { desktop: boolean }): Handlers {
  const { paths, settings, library, descriptions } = services;
  const done: Partial<Handlers> = {
    'app.info': () => ({
      version: weftVersion,
      desktop,
      dataFolder: paths.root,
      device: settings.device === 'auto' ? 'cpu' : settings.device,
    }),
    'nodes.list': () => [...descriptions.values()],
    'files.list': ({ folder }) => library.list(folder),
    'models.list': async () => [...(await listModels(library))],
    'models.folders': () => [{ path: paths.models, layout: 'weft' }, ...settings.modelFolders],
  };
  return done as Handlers;
}
