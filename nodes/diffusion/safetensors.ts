import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { ProblemError } from '../problem.ts';
import { toFloat32 } from './float16.ts';
import { damaged, maxHeaderBytes, parseHeader, type SafetensorsHeader } from './safetensors-header.ts';
import type { Tensor } from './tensor.ts';

/** A safetensors file whose header has been read and checked. */
export type SafetensorsFile = SafetensorsHeader & { readonly path: string };

/**
 * Reads and checks the header of a safetensors file.
 * Throws a ProblemError that names the file where it is missing, unreadable, damaged, or of another kind.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const name = basename(path);
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const start = await readBytes(file, 0, Math.min(size, 512));
    refuseOtherKinds(start, name);
    if (size < 8) throw damaged(name, `it has only ${size} bytes`);
    const headerLength = start.readBigUInt64LE(0);
    if (headerLength > BigInt(maxHeaderBytes)) throw notSafetensors(name);
    const length = Number(headerLength);
    if (8 + length > size) throw damaged(name, `its header should have ${length} bytes, but the file ends after ${size}`);
    return { path, ...parseHeader(await readBytes(file, 8, length), size, name) };
  });
}

/** Reads one tensor as float32. Throws a ProblemError if the file has no such tensor or stores it in another kind of number. */
export async function readTensor(file: SafetensorsFile, key: string): Promise<Tensor> {
  const entry = file.tensors.get(key);
  if (entry === undefined) throw damaged(basename(file.path), `it has no tensor "${key}"`);
  const { dtype } = entry;
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') {
    throw damaged(basename(file.path), `the tensor "${key}" is stored as ${dtype}, where float16, bfloat16 or float32 was expected`);
  }
  const bytes = await withFile(file.path, (handle) => readBytes(handle, entry.offset, entry.length));
  return { data: toFloat32(bytes, dtype), shape: entry.shape };
}

/** Reads rows of a matrix [rows, width] as float32 vectors, in the order of `rows`. */
export async function readRows(file: SafetensorsFile, key: string, rows: readonly number[]): Promise<Float32Array[]> {
  const entry = file.tensors.get(key);
  if (entry === undefined) throw damaged(basename(file.path), `it has no tensor "${key}"`);
  const { dtype, offset } = entry;
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') {
    throw damaged(basename(file.path), `the tensor "${key}" is stored as ${dtype}, where float16, bfloat16 or float32 was expected`);
  }
  const rowBytes = entry.length / entry.shape[0];
  return withFile(file.path, async (handle) => {
    const vectors: Float32Array[] = [];
    for (const row of rows) vectors.push(toFloat32(await readBytes(handle, offset + row * rowBytes, rowBytes), dtype));
    return vectors;
  });
}

/**
 * Writes float32 tensors as a safetensors file, whole or not at all: under a temporary name first, renamed when complete.
 * The folder is made if it is missing.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(headerBytes(tensors, metadata));
      for (const { data } of tensors.values()) await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** The header with its length in front, padded with spaces so that the data begins on a multiple of 8. */
function headerBytes(tensors: ReadonlyMap<string, Tensor>, metadata: Readonly<Record<string, string>>): Uint8Array {
  let offset = 0;
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  for (const [key, { data, shape }] of tensors) {
    entries.push([key, { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const bytes = Buffer.alloc(8 + padded, ' ');
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(bytes, 8);
  return bytes;
}

const otherKinds: readonly { readonly test: (start: Buffer) => boolean; readonly what: string; readonly fix: string }[] = [
  {
    test: (start) => start.length === 0,
    what: 'is empty',
    fix: 'Download it again.',
  },
  {
    test: (start) => start.subarray(0, 4).equals(Buffer.from('PK\x03\x04')) || (start[0] === 0x80 && start[1] >= 2 && start[1] <= 5),
    what: 'is in the pickle format (.ckpt, .pt), which can run any program when it is opened, so Weft does not open it',
    fix: 'Most models are also published as .safetensors: download that version.',
  },
  {
    test: (start) => /^\s*<(!doctype|html|\?xml)/i.test(start.toString('latin1')),
    what: 'is a web page, not a model: the download went wrong',
    fix: 'Download the model itself; some sites want you to sign in first.',
  },
  {
    test: (start) => start.toString('latin1').startsWith('version https://git-lfs'),
    what: 'is only a pointer to a large file, not the model itself',
    fix: 'Run "git lfs pull" in its folder, or download the file from its page.',
  },
  {
    test: (start) => start.toString('latin1', 0, 4) === 'GGUF',
    what: 'is in the GGUF format, which Weft does not read',
    fix: 'Choose the .safetensors version of the model.',
  },
];

function refuseOtherKinds(start: Buffer, name: string): void {
  const kind = otherKinds.find(({ test }) => test(start));
  if (kind !== undefined) throw new ProblemError({ what: `The file "${name}" ${kind.what}.`, fix: kind.fix });
}

function notSafetensors(name: string): ProblemError {
  return new ProblemError({
    what: `The file "${name}" is not a .safetensors file, whatever its name says.`,
    fix: 'Download it again, or choose another file.',
  });
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
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

async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
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
