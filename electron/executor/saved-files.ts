import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { createOutputFile, savedAs } from '../workers/output-files.ts';
import { parseOutputFileName } from '../workers/output-names.ts';
import type { SavedFile } from '../workers/protocol.ts';
import type { SavedSet } from './disk-index.ts';
import type { SavedFiles } from './events.ts';

/** The files that nodes left behind, by what they are. */
export function byKind(files: readonly SavedFile[]): SavedFiles {
  return {
    pictures: files.flatMap((file) => (file.kind === 'picture' ? [{ path: file.path, width: file.width, height: file.height }] : [])),
    checkpoints: files.flatMap((file) => (file.kind === 'checkpoint' ? [file.path] : [])),
  };
}

/**
 * The files of a result for an output folder: those saved there, or copies of those saved elsewhere. Undefined if
 * no set of them is whole any more. Throws a ProblemError if copies are needed and the folder cannot be written.
 */
export async function savedFilesFor(saved: readonly SavedSet[], outputFolder: string): Promise<SavedSet | undefined> {
  const candidates = saved.toSorted((a, b) => Number(b.outputFolder === outputFolder) - Number(a.outputFolder === outputFolder));
  for (const set of candidates) {
    if (!(await isIntact(set))) continue;
    return set.outputFolder === outputFolder ? set : copySet(set, outputFolder);
  }
  return undefined;
}

async function isIntact({ files }: SavedSet): Promise<boolean> {
  const states = await Promise.all(files.map(isUnchanged));
  return states.every((unchanged) => unchanged);
}

async function isUnchanged({ path, size, mtimeMs }: SavedFile): Promise<boolean> {
  try {
    const now = await stat(path);
    return now.size === size && now.mtimeMs === mtimeMs;
  } catch {
    return false;
  }
}

async function copySet(set: SavedSet, outputFolder: string): Promise<SavedSet> {
  const files: SavedFile[] = [];
  // One after another, so that a batch keeps its order of numbers.
  for (const file of set.files) files.push(file.folder === 'temp' ? file : await copyFile(file, set.outputFolder, outputFolder));
  return { outputFolder, files };
}

async function copyFile(file: SavedFile, from: string, to: string): Promise<SavedFile> {
  const folders = relative(from, dirname(file.path)).split(sep).filter(Boolean);
  const base = parseOutputFileName(basename(file.path), file.kind)?.base ?? file.kind;
  const path = await createOutputFile(to, { folders, base }, file.kind, (copy) => copy.writeFile(createReadStream(file.path)));
  return { ...file, ...(await savedAs(path, file.folder)) };
}
