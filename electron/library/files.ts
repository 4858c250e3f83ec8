import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundledEmbedding } from '../../nodes/diffusion/embedding.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { ProblemError } from '../../nodes/problem.ts';
import { type FileFolder, type FileRef, type ModelFolder, modelFolders } from '../../nodes/types.ts';
import { type FileNames, matchFileName } from '../../workflows/file-names.ts';
import type { FileFinder } from '../executor/events.ts';
import type { Fingerprints } from './fingerprints.ts';
import { hasExtension, listNamed } from './list-files.ts';
import { isModelFolder, isModelName, isVaeBeside, listModelFolders } from './model-files.ts';
import { modelDirectories } from './model-layouts.ts';
import type { DataPaths } from './paths.ts';
import type { Settings } from './settings.ts';

/** Models and input pictures of this machine, by the names that workflows use. */
export interface FileLibrary extends FileFinder {
  /** The names in a folder, sorted, with forward slashes. */
  list(folder: FileFolder): Promise<string[]>;
  /** Where the file of a name lies, without fingerprinting it; undefined if there is none. */
  locate(folder: FileFolder, name: string): Promise<{ readonly name: string; readonly path: string } | undefined>;
}

type Directories = Readonly<Record<FileFolder, readonly string[]>>;

const weights = ['.safetensors', '.sft', '.ckpt', '.pt', '.pth', '.bin'];
const weightExtensions: ReadonlySet<string> = new Set(weights);
const graphExtensions: ReadonlySet<string> = new Set([...weights, '.onnx']);
const pictureExtensions: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.tif', '.tiff']);

const extensionsOf: Readonly<Record<Exclude<FileFolder, 'input' | 'diffusers'>, ReadonlySet<string>>> = {
  checkpoints: weightExtensions,
  diffusion_models: weightExtensions,
  text_encoders: weightExtensions,
  vae: weightExtensions,
  loras: weightExtensions,
  embeddings: weightExtensions,
  controlnet: weightExtensions,
  upscale_models: graphExtensions,
  clip_vision: weightExtensions,
  hypernetworks: weightExtensions,
};

/**
 * The directories in which files of each kind are looked up, in this order: the data folder's own, what ships with
 * Weft, and the further model folders of the settings (relative ones lie in the data folder).
 */
export async function libraryDirectories(
  data: DataPaths,
  shipped: { readonly models: string; readonly input: string },
  settings: Pick<Settings, 'modelFolders'>,
): Promise<Directories> {
  const roots = await Promise.all([
    modelDirectories(data.models, 'weft'),
    modelDirectories(shipped.models, 'weft'),
    ...settings.modelFolders.map(({ path, layout }) => modelDirectories(resolve(data.root, path), layout)),
  ]);
  const models = modelFolders.map((folder): [ModelFolder, string[]] => [folder, roots.flatMap((root) => root[folder])]);
  return { ...(Object.fromEntries(models) as Record<ModelFolder, string[]>), input: [data.input, shipped.input] };
}

/**
 * A library over directories. A name is found as it is in the first directory that has it, else as `matchFileName`
 * finds it among all; it never leads out of the directories, save by links that somebody has put there.
 */
export function createFileLibrary(directories: Directories, fingerprints: Fingerprints): FileLibrary {
  /** VAEs are also looked up beside the checkpoints that they belong to. */
  const placesOf = (folder: FileFolder) => (folder === 'vae' ? [...directories.vae, ...directories.checkpoints] : directories[folder]);

  async function listAll(folder: FileFolder): Promise<Map<string, string>> {
    const list = (directory: string) =>
      folder === 'diffusers'
        ? listModelFolders(directory)
        : listNamed(directory, (name) => isWanted(folder, name) && !isElsewhere(folder, directory, name));
    const lists = await Promise.all(placesOf(folder).map(list));
    // Reversed, so that the first directory has the last word.
    return new Map(lists.reverse().flatMap((list) => [...list]));
  }

  async function locate(folder: FileFolder, wanted: string): Promise<{ name: string; path: string } | undefined> {
    const name = wanted.replaceAll('\\', '/');
    if (isInside(name) && isWanted(folder, name)) {
      for (const directory of placesOf(folder)) {
        const path = join(directory, name);
        if (isElsewhere(folder, directory, name)) continue;
        if (await (folder === 'diffusers' ? isModelFolder(path) : isFile(path))) return { name, path };
      }
    }
    const files = await listAll(folder);
    const match = matchFileName(name, [...files.keys()]);
    const path = files.get(match ?? '');
    return match === undefined || path === undefined ? undefined : { name: match, path };
  }

  /** Whether a file of this name in a directory belongs to another folder: VAEs that lie beside checkpoints. */
  function isElsewhere(folder: FileFolder, directory: string, name: string): boolean {
    if (folder === 'checkpoints') return isVaeBeside(name);
    return folder === 'vae' && !directories.vae.includes(directory) && !isVaeBeside(name);
  }

  return {
    locate,
    async list(folder) {
      return [...(await listAll(folder)).keys()].sort();
    },
    async find(folder, wanted): Promise<FileRef | undefined> {
      const located = await locate(folder, wanted);
      return located === undefined ? undefined : { ...located, fingerprint: await fingerprints.of(located.path) };
    },
    async bundles({ path }, embedding) {
      try {
        return bundledEmbedding(await openTensorFile(path), embedding) !== undefined;
      } catch (error) {
        // What is wrong with the file is said by the node that loads it.
        if (error instanceof ProblemError) return false;
        throw error;
      }
    },
  };
}

function isWanted(folder: FileFolder, name: string): boolean {
  if (folder === 'diffusers') return true;
  return folder === 'input' ? hasExtension(name, pictureExtensions) : isModelName(name, extensionsOf[folder]);
}

/** The names of some folders at one moment, for `validate`; other folders count as empty. */
export async function listNames(library: FileLibrary, folders: Iterable<FileFolder>): Promise<FileNames> {
  const lists = await Promise.all(
    [...folders].map(async (folder): Promise<[FileFolder, string[]]> => [folder, await library.list(folder)]),
  );
  const names = new Map(lists);
  return (folder) => names.get(folder) ?? [];
}

/** Whether a name stays below the directory that it is joined to, on every platform. */
function isInside(name: string): boolean {
  return !/[\0:]/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
