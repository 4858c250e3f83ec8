import { type FileHandle, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { ProblemError } from '../../problem.ts';
import { readBytes, withFile } from '../file-access.ts';
import { damaged, elementSizes } from '../tensor-file.ts';
import { isKind } from './globals.ts';
import { readPickle } from './pickle.ts';
import type { FindStorage } from './pickle-machine.ts';
import type { TorchGlobal, TorchStorage, TorchValue } from './values.ts';
import { listZip } from './zip.ts';

/** A file that PyTorch has written, as plain data; its tensors are byte ranges of the file itself. */
export type TorchFile = { readonly path: string; readonly root: TorchValue };

/** The most bytes of a file's pickles: weights lie outside of them. */
const mostPickleBytes = 64 * 1024 * 1024;

/**
 * Reads what a file of PyTorch (.ckpt, .pt, .pth, .bin) holds, in its present form (a ZIP archive) or that before version 1.6.
 * Nothing in the file is run. Throws a ProblemError that names the file where it is damaged, asks to run something, or holds its
 * weights in a form that cannot be used in place.
 */
export function readTorchFile(path: string): Promise<TorchFile> {
  const name = basename(path);
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const place = { file, size, path: await realpath(path), name };
    const isZip = size >= 4 && (await readBytes(file, 0, 4)).readUInt32LE(0) === zipStart;
    return { path, root: isZip ? await readZipped(place) : await readLegacy(place) };
  });
}

const zipStart = 0x04034b50;

type Place = { readonly file: FileHandle; readonly size: number; readonly path: string; readonly name: string };

async function readZipped({ file, size, path, name }: Place): Promise<TorchValue> {
  const entries = await listZip(file, size, name);
  const main = [...entries.keys()].find((entry) => /^[^/]*\/?data\.pkl$/.test(entry));
  const pickle = entries.get(main ?? '');
  if (main === undefined || pickle === undefined) throw notTorch(name, 'is a ZIP archive');
  const folder = main.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined && (await readBytes(file, order.offset, Math.min(order.length, 8))).toString() !== 'little') {
    throw notTorch(name, 'comes from a machine with another byte order');
  }
  const find: FindStorage = (type, key, count) => {
    const found = entries.get(`${folder}data/${key}`);
    if (found === undefined) throw damaged(name, 'the bytes of a tensor are missing');
    return storage(type, { path, ...found }, count, name);
  };
  if (pickle.length > mostPickleBytes) throw damaged(name, 'its list of tensors is too long');
  return readPickle(await readBytes(file, pickle.offset, pickle.length), { start: 0, find, fileName: name }).value;
}

/** The first value of a file in the form before version 1.6. */
const magic = 0x1950a86a20f9469cfc6cn;

/**
 * Five pickles (a magic number, the version, facts about the machine, the data, the order of the storages), then the storages: each the
 * number of its elements in 8 bytes, and the elements. Where these lie is known only after the data, which therefore are read twice.
 */
async function readLegacy({ file, size, path, name }: Place): Promise<TorchValue> {
  const bytes = await readBytes(file, 0, Math.min(size, mostPickleBytes));
  const found = new Map<string, { type: TorchGlobal; count: number }>();
  const note: FindStorage = (type, key, count) => {
    found.set(key, { type, count });
    return { kind: 'storage', dtype: type.role.makes === 'storage' ? type.role.dtype : undefined, path, offset: 0, length: size };
  };
  const read = (start: number, find = note) => readPickle(bytes, { start, find, fileName: name });
  const first = read(0);
  if (first.value !== magic) throw notTorch(name, 'is a pickle');
  const facts = read(read(first.end).end);
  const data = facts.end;
  const order = read(read(data).end);
  if (!isKind(order.value, 'list')) throw damaged(name, 'the order of its tensors is missing');
  const places = new Map<string, TorchStorage>();
  let at = order.end;
  for (const key of order.value.items) {
    const known = typeof key === 'string' ? found.get(key) : undefined;
    if (typeof key !== 'string' || known === undefined || at + 8 > size) throw damaged(name, 'the order of its tensors is wrong');
    const count = Number((await readBytes(file, at, 8)).readBigInt64LE());
    const made = storage(known.type, { path, offset: at + 8, length: size - at - 8 }, known.count, name);
    if (count !== known.count || places.has(key)) throw damaged(name, 'the order of its tensors is wrong');
    places.set(key, made);
    at = made.offset + made.length;
  }
  const find: FindStorage = (_, key) => {
    const place = places.get(key);
    if (place === undefined) throw damaged(name, 'the bytes of a tensor are missing');
    return place;
  };
  return read(data, find).value;
}

/** A storage of `count` elements at the beginning of a byte range. */
function storage(
  { role }: TorchGlobal,
  { path, offset, length }: Pick<TorchStorage, 'path' | 'offset' | 'length'>,
  count: number,
  name: string,
): TorchStorage {
  const dtype = role.makes === 'storage' ? role.dtype : undefined;
  const needed = count * (dtype === undefined ? 1 : elementSizes[dtype]);
  if (!Number.isSafeInteger(needed) || needed < 0 || needed > length) throw damaged(name, 'the file ends before its tensors do');
  return { kind: 'storage', dtype, path, offset, length: needed };
}

function notTorch(name: string, what: string): ProblemError {
  return new ProblemError({
    what: `The file "${name}" ${what}, but no model that Weft can read.`,
    fix: 'Download the .safetensors version of the model.',
  });
}
