import { mkdir } from 'node:fs/promises';
import { join, posix, resolve, win32 } from 'node:path';
import { ProblemError } from '../../nodes/problem.ts';
import { modelFolders } from '../../nodes/types.ts';

/** The folders of Weft's own data; absolute paths. */
export type DataPaths = {
  readonly root: string;
  readonly models: string;
  readonly input: string;
  readonly output: string;
  readonly cache: string;
  /** The settings file, which may not exist. */
  readonly settings: string;
};

export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
};

/**
 * The data folder: the one asked for (`--data`), else that of the variable WEFT_DATA, else the platform's place for
 * the data of applications (on Linux by the XDG Base Directory Specification).
 */
export function dataRoot(asked: string | undefined, { platform, env, home }: Machine): string {
  const chosen = asked || env.WEFT_DATA;
  if (chosen) return resolve(chosen);
  switch (platform) {
    case 'win32':
      return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), 'Weft');
    case 'darwin':
      return posix.join(home, 'Library', 'Application Support', 'Weft');
    default: {
      const data = env.XDG_DATA_HOME;
      // The specification has relative paths in it ignored.
      return posix.join(data && posix.isAbsolute(data) ? data : posix.join(home, '.local', 'share'), 'weft');
    }
  }
}

/** Makes whatever is missing of the data folder; throws a ProblemError if that can't be. */
export async function openDataFolder(root: string): Promise<DataPaths> {
  const paths: DataPaths = {
    root,
    models: join(root, 'models'),
    input: join(root, 'input'),
    output: join(root, 'output'),
    cache: join(root, 'cache'),
    settings: join(root, 'settings.json'),
  };
  const folders = [paths.input, paths.output, paths.cache, ...modelFolders.map((folder) => join(paths.models, folder))];
  try {
    for (const folder of folders) await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new ProblemError(
      {
        what: `The data folder ${root} cannot be made: ${error instanceof Error ? error.message : error}.`,
        fix: 'Choose another one with --data FOLDER or the variable WEFT_DATA, or make it writable.',
      },
      { cause: error },
    );
  }
  return paths;
}
