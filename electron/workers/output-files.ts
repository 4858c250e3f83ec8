import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../nodes/problem.ts';
import { type OutputName, outputFileName, parseOutputFileName } from './output-names.ts';
import type { SavedFile } from './protocol.ts';

const temporaryName = /^\.weft-[0-9a-f-]{36}\.part$/;
const abandonedAfterMs = 600_000;

/**
 * Creates a file that a node saves below `root` under the next free number of its name, whole or not at all: `write` fills a
 * temporary file beside it, which gets its name once it is on the disk. Several processes may do so at once.
 * Returns the absolute path. Throws a ProblemError if the disk is full or the folder cannot be written.
 */
export async function createOutputFile(
  root: string,
  name: OutputName,
  kind: SavedFile['kind'],
  write: (file: FileHandle) => Promise<void>,
): Promise<string> {
  const folder = join(root, ...name.folders);
  const temporary = join(folder, `.weft-${randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true });
    await writeDurably(temporary, write);
    return await giveFreeName(temporary, folder, name.base, kind);
  } catch (error) {
    throw asProblem(error, folder, kind);
  } finally {
    // Whatever kept the file from being written keeps it from being removed as well; that is not the news.
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** What tells the file at `path`, just written, from another one. */
export async function savedAs<Folder extends SavedFile['folder']>(path: string, folder: Folder) {
  const { size, mtimeMs } = await stat(path);
  return { path, folder, size, mtimeMs };
}

async function writeDurably(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await using file = await open(path, 'wx');
  await write(file);
  await file.sync();
}

async function giveFreeName(temporary: string, folder: string, base: string, kind: SavedFile['kind']): Promise<string> {
  const names = await readdir(folder);
  const taken = names.map((own) => parseOutputFileName(own, kind)).filter((name) => name?.base === base);
  const first = taken.reduce((highest, name) => Math.max(highest, name?.counter ?? 0), 0) + 1;
  for (let counter = first; ; counter++) {
    const path = join(folder, outputFileName(base, counter, kind));
    if (!(await moveUnlessTaken(temporary, path))) continue;
    await removeAbandoned(folder, names);
    return path;
  }
}

/** Temporary files of processes that were killed while they wrote. A younger one may still be written. */
async function removeAbandoned(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter((name) => temporaryName.test(name))) {
    const path = join(folder, name);
    const age = await stat(path)
      .then(({ mtimeMs }) => Date.now() - mtimeMs)
      .catch(() => 0);
    if (age > abandonedAfterMs) await rm(path, { force: true });
  }
}

async function moveUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
    return reserveAndMove(from, to);
  }
}

/** For file systems without hard links, such as FAT: an empty file holds the name until the picture replaces it. */
async function reserveAndMove(from: string, to: string): Promise<boolean> {
  try {
    await (await open(to, 'wx')).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

function asProblem(error: unknown, folder: string, kind: string): unknown {
  const code = codeOf(error);
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    return new ProblemError(
      {
        what: `The ${kind} could not be saved: there is no space left for it in ${folder}.`,
        fix: 'Free some space on that disk or choose another output folder, then run again.',
      },
      { cause: error },
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG'].includes(code)) {
    return new ProblemError(
      {
        what: `The ${kind} could not be saved: the folder ${folder} cannot be written (${code}).`,
        fix: 'Choose another output folder or file name prefix, or change the rights of that folder.',
      },
      { cause: error },
    );
  }
  return error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
