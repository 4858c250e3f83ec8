import { randomUUID } from 'node:crypto';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { ProblemError } from '../problem.ts';
import { readBytes, withFile } from './file-access.ts';
import { maxHeaderBytes, parseHeader } from './safetensors-header.ts';
import { elementCount, type Tensor } from './tensor.ts';
import { type Dtype, damaged, elementSizes, type TensorFile } from './tensor-file.ts';

/**
 * Reads and checks the header of a safetensors file.
 * Throws a ProblemError that names the file where it is missing, unreadable, damaged, or of another kind.
 */
export async function openSafetensors(path: string): Promise<TensorFile> {
  const name = basename(path);
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    if (size < 8) throw damaged(name, `it has only ${size} bytes`);
    const headerLength = (await readBytes(file, 0, 8)).readBigUInt64LE(0);
    if (headerLength > BigInt(maxHeaderBytes)) throw notSafetensors(name);
    const length = Number(headerLength);
    if (8 + length > size) throw damaged(name, `its header should have ${length} bytes, but the file ends after ${size}`);
    const { metadata, tensors } = parseHeader(await readBytes(file, 8, length), size, name);
    const place = await realpath(path);
    return { path, metadata, tensors: new Map([...tensors].map(([key, entry]) => [key, { path: place, ...entry }])) };
  });
}

/**
 * Writes float32 tensors as a safetensors file, whole or not at all: under a temporary name first, renamed when complete.
 * The folder is made if it is missing.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const plan = [...tensors].map(([key, { shape, data }]): [string, PlannedTensor] => [
    key,
    { dtype: 'F32', shape, bytes: async () => new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
  ]);
  return writeTensors(path, new Map(plan), metadata);
}

/** A tensor of a file that is about to be written; `bytes` is asked once, when its turn has come. */
export type PlannedTensor = { readonly dtype: Dtype; readonly shape: readonly number[]; readonly bytes: () => Promise<Uint8Array> };

/** The same for tensors of any format that are made one after another, so that files larger than the memory can be written. */
export async function writeTensors(
  path: string,
  tensors: ReadonlyMap<string, PlannedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(headerBytes(entriesOf(tensors), metadata));
      for (const { bytes } of tensors.values()) await file.writeFile(await bytes());
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

function entriesOf(tensors: ReadonlyMap<string, PlannedTensor>): readonly HeaderEntry[] {
  return Array.from(tensors, ([key, { dtype, shape }]) => ({ key, dtype, shape, bytes: elementSizes[dtype] * elementCount(shape) }));
}

/** What the header tells of a tensor; the tensors' bytes follow each other in the same order. */
type HeaderEntry = { readonly key: string; readonly dtype: string; readonly shape: readonly number[]; readonly bytes: number };

/** The header with its length in front, padded with spaces so that the data begins on a multiple of 8. */
export function headerBytes(tensors: readonly HeaderEntry[], metadata: Readonly<Record<string, string>>): Uint8Array {
  let offset = 0;
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  for (const { key, dtype, shape, bytes } of tensors) {
    entries.push([key, { dtype, shape, data_offsets: [offset, offset + bytes] }]);
    offset += bytes;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const bytes = Buffer.alloc(8 + padded, ' ');
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(bytes, 8);
  return bytes;
}

function notSafetensors(name: string): ProblemError {
  return new ProblemError({
    what: `The file "${name}" is not a .safetensors file, whatever its name says.`,
    fix: 'Download it again, or choose another file.',
  });
}
