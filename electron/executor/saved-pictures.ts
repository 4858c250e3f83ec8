import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { createPicture } from '../workers/picture-files.ts';
import { parsePictureFileName } from '../workers/picture-names.ts';
import type { SavedPicture } from '../workers/protocol.ts';
import type { SavedSet } from './disk-index.ts';

/**
 * The pictures of a result for an output folder: those saved there, or copies of those saved elsewhere. Undefined if
 * no set of them is whole any more. Throws a ProblemError if copies are needed and the folder cannot be written.
 */
export async function picturesFor(saved: readonly SavedSet[], outputFolder: string): Promise<SavedSet | undefined> {
  const candidates = saved.toSorted((a, b) => Number(b.outputFolder === outputFolder) - Number(a.outputFolder === outputFolder));
  for (const set of candidates) {
    if (!(await isIntact(set))) continue;
    return set.outputFolder === outputFolder ? set : copySet(set, outputFolder);
  }
  return undefined;
}

async function isIntact({ pictures }: SavedSet): Promise<boolean> {
  const states = await Promise.all(pictures.map(isUnchanged));
  return states.every((unchanged) => unchanged);
}

async function isUnchanged({ path, size, mtimeMs }: SavedPicture): Promise<boolean> {
  try {
    const now = await stat(path);
    return now.size === size && now.mtimeMs === mtimeMs;
  } catch {
    return false;
  }
}

async function copySet(set: SavedSet, outputFolder: string): Promise<SavedSet> {
  const pictures: SavedPicture[] = [];
  // One after another, so that a batch keeps its order of numbers.
  for (const picture of set.pictures) {
    pictures.push(picture.folder === 'temp' ? picture : await copyPicture(picture, set.outputFolder, outputFolder));
  }
  return { outputFolder, pictures };
}

async function copyPicture(picture: SavedPicture, from: string, to: string): Promise<SavedPicture> {
  const folders = relative(from, dirname(picture.path)).split(sep).filter(Boolean);
  const base = parsePictureFileName(basename(picture.path))?.base ?? 'picture';
  const path = await createPicture(to, { folders, base }, (file) => file.writeFile(createReadStream(picture.path)));
  const { size, mtimeMs } = await stat(path);
  return { ...picture, path, size, mtimeMs };
}
