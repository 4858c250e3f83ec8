import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../nodes/problem.ts';
import { nameFor } from './file-names.ts';
import { fileProblem } from './file-problems.ts';
import { createTurns } from './in-turn.ts';
import { pictureExtensionsOf } from './picture-kinds.ts';
import { writeAtomically } from './write-atomically.ts';

const maxBytes = 200_000_000;

/** Puts a picture among the inputs and answers with the name that workflows use for it. */
export type Upload = (name: string, bytes: Uint8Array) => Promise<string>;

/**
 * Uploads into the first of the folders in which input pictures are looked up. The same picture under the same name is
 * not kept twice; another picture gets a number: no workflow that names the first one changes by it.
 */
export function createUpload(folders: readonly [string, ...string[]]): Upload {
  const inTurn = createTurns();

  async function put(name: string, bytes: Uint8Array): Promise<string> {
    const { base, extension } = checkedName(name, bytes);
    for (let number = 0; ; number++) {
      const candidate = `${base}${number === 0 ? '' : ` (${number})`}${extension}`;
      const paths = folders.map((folder) => join(folder, candidate));
      const states = await Promise.all(paths.map((path) => compare(path, bytes)));
      if (states.includes('same')) return candidate;
      if (states.includes('other')) continue;
      await mkdir(folders[0], { recursive: true });
      await writeAtomically(paths[0], bytes);
      return candidate;
    }
  }

  return (name, bytes) =>
    inTurn(async () => {
      try {
        return await put(name, bytes);
      } catch (error) {
        throw fileProblem(`The picture "${name}" cannot be put into the folder "input"`, error);
      }
    });
}

/** The name that a picture gets; throws a ProblemError for bytes that are none. */
function checkedName(name: string, bytes: Uint8Array): { base: string; extension: string } {
  if (bytes.length > maxBytes) {
    throw new ProblemError({
      what: `"${name}" is too large: ${Math.round(bytes.length / 1e6)} MB, where pictures of at most ${maxBytes / 1e6} MB are taken.`,
      fix: 'Make the picture smaller, or put the file into the folder "input" yourself.',
    });
  }
  const extensions = pictureExtensionsOf(bytes);
  if (extensions === undefined) {
    throw new ProblemError({
      what: `"${name}" is not a picture that Weft can read.`,
      fix: 'Take a PNG, JPEG, WebP, GIF, AVIF or TIFF picture.',
    });
  }
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const dot = last.lastIndexOf('.');
  const given = dot < 0 ? '' : last.slice(dot).toLowerCase();
  const stem = dot < 0 ? last : last.slice(0, dot);
  return { base: nameFor(stem, 'picture'), extension: extensions.includes(given) ? given : extensions[0] };
}

async function compare(path: string, bytes: Uint8Array): Promise<'none' | 'same' | 'other'> {
  try {
    const { size } = await stat(path);
    return size === bytes.length && (await readFile(path)).equals(bytes) ? 'same' : 'other';
  } catch {
    return 'none';
  }
}
