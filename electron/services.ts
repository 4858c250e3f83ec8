import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalog } from '../nodes/catalog.ts';
import { describeNode, type NodeDescription } from '../nodes/define.ts';
import { createDevices, type Devices } from './devices.ts';
import { createExecutor, type Executor } from './executor/executor.ts';
import { createFileLibrary, type FileLibrary, libraryDirectories } from './library/files.ts';
import { createFingerprints } from './library/fingerprints.ts';
import { type DataPaths, dataRoot, openDataFolder } from './library/paths.ts';
import { readSettings, type Settings } from './library/settings.ts';
import { usableMemory } from './workers/devices/memory.ts';

const gibibyte = 2 ** 30;

/** The models and example pictures that come with Weft. */
const shipped = {
  models: fileURLToPath(new URL('../resources/models', import.meta.url)),
  input: fileURLToPath(new URL('../workflows/examples/input', import.meta.url)),
};

/** What the command line and the app are made of. */
export type Services = {
  readonly paths: DataPaths;
  readonly settings: Settings;
  readonly descriptions: ReadonlyMap<string, NodeDescription>;
  readonly library: FileLibrary;
  /** Where pictures that workflows start from lie; the first is the person's own. */
  readonly inputFolders: readonly string[];
  /** The folders below which files lie that workflows can name. */
  readonly watchedFolders: readonly string[];
  readonly executor: Executor;
  readonly devices: Devices;
  close(): Promise<void>;
};

function budgets(settings: Settings) {
  const memory = usableMemory();
  return {
    memoryBudgetBytes: settings.memoryBudget === undefined ? memory / 8 : settings.memoryBudget * gibibyte,
    diskBudgetBytes: (settings.diskBudget ?? 8) * gibibyte,
    modelBudgetBytes: (memory * 5) / 8,
    deviceBudgetBytes: settings.deviceMemory === undefined ? undefined : settings.deviceMemory * gibibyte,
  };
}

/**
 * Opens the data folder (`data`, else WEFT_DATA, else the platform's place); throws a ProblemError where that fails.
 * `nodePath`: the Node binary of worker processes, where this process is none.
 */
export async function createServices({ data, nodePath }: { data?: string; nodePath?: string }): Promise<Services> {
  const paths = await openDataFolder(dataRoot(data, { platform: process.platform, env: process.env, home: homedir() }));
  const settings = await readSettings(paths.settings);
  const directories = await libraryDirectories(paths, shipped, settings);
  const library = createFileLibrary(directories, createFingerprints(join(paths.cache, 'fingerprints.json')));
  const executor = createExecutor({
    catalog,
    files: library,
    dataFolder: paths.root,
    device: settings.device,
    ...budgets(settings),
    ...(nodePath === undefined ? {} : { nodePath }),
  });
  return {
    paths,
    settings,
    descriptions: new Map([...catalog].map(([type, definition]) => [type, describeNode(definition)])),
    library,
    inputFolders: directories.input,
    watchedFolders: Object.values(directories).flat(),
    executor,
    devices: createDevices({ cacheFolder: paths.cache, nodePath: nodePath ?? process.execPath, chosen: settings.device }),
    close: () => executor.close(),
  };
}
