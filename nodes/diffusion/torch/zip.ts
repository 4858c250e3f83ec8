import type { FileHandle } from 'node:fs/promises';
import { ProblemError } from '../../problem.ts';
import { readBytes } from '../file-access.ts';
import { damaged } from '../tensor-file.ts';

/** A file inside an archive, stored as it is. */
export type ZipEntry = { readonly offset: number; readonly length: number };

type Listed = ZipEntry & { readonly name: string; readonly header: number };

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locatorSignature = 0x07064b50;
const listSignature = 0x02014b50;
const headerSignature = 0x04034b50;
/** The end record with the longest comment that it can have. */
const endBytes = 22 + 0xffff;
const mostListBytes = 64 * 1024 * 1024;

/**
 * Where the files of a ZIP archive lie in it, by name (.ZIP File Format Specification 6.3, with its 64-bit forms).
 * Throws a ProblemError where the archive is damaged, or where a file in it is compressed or encrypted: its bytes cannot be used in place.
 */
export async function listZip(file: FileHandle, size: number, name: string): Promise<ReadonlyMap<string, ZipEntry>> {
  const { offset, length } = await findList(file, size, name);
  const entries = parseList(await readBytes(file, offset, length), name);
  const placed = new Map<string, ZipEntry>();
  for (const entry of entries) {
    if (placed.has(entry.name)) throw damaged(name, `it holds "${entry.name.slice(0, 120)}" twice`);
    placed.set(entry.name, { offset: await dataStart(file, size, entry, name), length: entry.length });
  }
  return placed;
}

async function findList(file: FileHandle, size: number, name: string): Promise<ZipEntry> {
  const start = Math.max(0, size - endBytes);
  const tail = await readBytes(file, start, size - start);
  const at = lastEndRecord(tail);
  if (at === undefined) throw damaged(name, 'its archive ends too early');
  let length = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  if (length === 0xffffffff || offset === 0xffffffff || tail.readUInt16LE(at + 10) === 0xffff) {
    if (at < 20 || tail.readUInt32LE(at - 20) !== locatorSignature) throw damaged(name, 'its archive has no 64-bit end');
    const place = Number(tail.readBigUInt64LE(at - 12));
    if (place + 56 > size) throw damaged(name, 'its archive ends too early');
    const record = await readBytes(file, place, 56);
    if (record.readUInt32LE(0) !== end64Signature) throw damaged(name, 'its archive has no 64-bit end');
    length = Number(record.readBigUInt64LE(40));
    offset = Number(record.readBigUInt64LE(48));
  }
  if (length > mostListBytes || offset + length > size) throw damaged(name, 'the list of its archive lies outside of it');
  return { offset, length };
}

function lastEndRecord(tail: Buffer): number | undefined {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) === endSignature && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return at;
  }
  return undefined;
}

function parseList(list: Buffer, name: string): readonly Listed[] {
  const entries: Listed[] = [];
  for (let at = 0; at < list.length; ) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== listSignature) throw damaged(name, 'the list of its archive is broken');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => list.readUInt16LE(at + field));
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > list.length) throw damaged(name, 'the list of its archive is broken');
    const entryName = list.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = list.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const wide = wideNumbers(extra);
    // The 64-bit numbers stand in this order, each only where its 32-bit field is full.
    const [full, packed, header] = [24, 20, 42].map((field) => {
      const short = list.readUInt32LE(at + field);
      return short === 0xffffffff ? (wide.shift() ?? short) : short;
    });
    const isEncrypted = (list.readUInt16LE(at + 8) & 1) !== 0;
    if (list.readUInt16LE(at + 10) !== 0 || isEncrypted || packed !== full) throw compressed(name);
    entries.push({ name: entryName, offset: 0, length: full, header });
    at = next;
  }
  return entries;
}

/** The numbers of the extra field 1. */
function wideNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const end = Math.min(at + 4 + extra.readUInt16LE(at + 2), extra.length);
    const numbers: number[] = [];
    for (let place = at + 4; place + 8 <= end; place += 8) numbers.push(Number(extra.readBigUInt64LE(place)));
    return numbers;
  }
  return [];
}

async function dataStart(file: FileHandle, size: number, { header, length }: Listed, name: string): Promise<number> {
  if (header + 30 > size) throw damaged(name, 'a part of its archive lies outside of it');
  const bytes = await readBytes(file, header, 30);
  if (bytes.readUInt32LE(0) !== headerSignature) throw damaged(name, 'a part of its archive is not where it should be');
  const start = header + 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
  if (start + length > size) throw damaged(name, 'a part of its archive lies outside of it');
  return start;
}

function compressed(name: string): ProblemError {
  return new ProblemError({
    what: `The file "${name}" is a compressed archive, so its weights cannot be used where they lie.`,
    fix: 'Download the .safetensors version of the model, or save it again with PyTorch.',
  });
}
