import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listFiles } from './list-files.ts';

/** What a model folder in the layout of diffusers has in it, one or the other. */
const folderMarks = ['model_index.json', 'unet'];
const shardIndex = '.safetensors.index.json';
/** What the networks of a model folder are made from, and the facts beside them. */
const partExtensions: ReadonlySet<string> = new Set([
  ...['.safetensors', '.bin', '.ckpt', '.pt', '.onnx', '.onnx_data', '.data', '.pb'],
  '.json',
]);
/** How deep below a directory model folders are looked for: the cache of the Hugging Face hub keeps them in the third level. */
const deepest = 4;

/** Whether a file name is one that models have: by its extension, and the list of a model that was cut into several files. */
export function isModelName(name: string, extensions: ReadonlySet<string>): boolean {
  const lower = name.toLowerCase();
  if (lower.endsWith(shardIndex)) return extensions.has('.safetensors');
  return extensions.has(lower.slice(lower.lastIndexOf('.'))) && !/-\d{5}-of-\d{5}\.\w+$/.test(lower);
}

/** Whether a file is a VAE that AUTOMATIC1111's web UI keeps beside the checkpoint that it belongs to. */
export function isVaeBeside(name: string): boolean {
  return /\.vae\.\w+$/i.test(name);
}

/** The model folders below a directory, in the layout of diffusers or optimum: absolute paths by name, with forward slashes. */
export async function listModelFolders(directory: string): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  const visit = async (name: string, depth: number): Promise<void> => {
    const path = join(directory, name);
    if (name !== '' && (await isModelFolder(path))) folders.set(name, path);
    else if (depth < deepest) {
      for (const inner of await innerFolders(path)) await visit(name === '' ? inner : `${name}/${inner}`, depth + 1);
    }
  };
  await visit('', 0);
  return folders;
}

export async function isModelFolder(path: string): Promise<boolean> {
  try {
    const names = await readdir(path);
    return folderMarks.some((mark) => names.includes(mark));
  } catch {
    return false;
  }
}

async function innerFolders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/**
 * The files that a model consists of, where it is more than one: those of a model folder, the pieces of a model that was cut, the weights
 * beside an ONNX graph. Undefined for a single file. Rejects with the system's error if the path can't be read.
 */
export async function modelParts(path: string): Promise<readonly string[] | undefined> {
  if ((await stat(path)).isDirectory()) return [...(await listFiles(path, partExtensions)).values()].sort();
  if (path.toLowerCase().endsWith(shardIndex)) return [path, ...(await shardsOf(path))];
  if (!path.toLowerCase().endsWith('.onnx')) return undefined;
  const beside = (await readdir(dirname(path))).filter((name) => name === `${basename(path)}_data` || name === `${basename(path)}.data`);
  return beside.length === 0 ? undefined : [path, ...beside.map((name) => join(dirname(path), name))];
}

async function shardsOf(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8');
  const named = new Set([...text.matchAll(/"([^"\\/]+\.safetensors)"/g)].map(([, name]) => name));
  return (await readdir(dirname(path)))
    .filter((name) => named.has(name))
    .sort()
    .map((name) => join(dirname(path), name));
}
