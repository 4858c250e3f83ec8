import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../problem.ts';
import type { WeightsRef } from '../types.ts';

/** The path of the file that holds a network's weights. */
export function weightsPath({ file, part }: WeightsRef): string {
  return part === undefined ? file.path : join(file.path, part);
}

/** Opens a file for reading while `use` runs. A file that cannot be opened or read becomes a ProblemError that names it. */
export async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    const file = await open(path, 'r');
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const what = `The file "${path}" cannot be ${cause.syscall === 'open' ? 'opened' : 'read'} (${cause.code}).`;
    throw new ProblemError({ what, fix: 'Check that it is there, that it is a file, and that it may be read.' }, { cause });
  }
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'code' in cause && 'syscall' in cause;
}

/** `length` bytes from `offset`. Throws a ProblemError where the file ends before them. */
export async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, Math.min(length - done, 2 ** 30), offset + done);
    if (bytesRead === 0) {
      throw new ProblemError({
        what: 'A model file became shorter while it was read.',
        fix: 'Wait until its download has ended, then run again.',
      });
    }
    done += bytesRead;
  }
  return buffer;
}
