import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { z } from 'zod';
import { modelParts } from './model-files.ts';
import { writeAtomically } from './write-atomically.ts';

/** Up to this size the whole file is hashed. */
const wholeBytes = 32 * 1024 * 1024;
/** What is read of a larger file: its beginning, where headers are, and samples spread evenly up to its end. */
const headBytes = 1024 * 1024;
const sampleBytes = 64 * 1024;
const sampleCount = 64;
/** How much is hashed at a time. */
const pieceBytes = 256 * 1024;

/** Fingerprints of files, and of models that consist of several: they change when the content does. */
export interface Fingerprints {
  /** Rejects with the system's error if the file can't be read. */
  of(path: string): Promise<string>;
}

type Identity = { readonly size: string; readonly mtimeNs: string; readonly inode: string };

const indexSchema = z.record(z.string(), z.object({ size: z.string(), mtimeNs: z.string(), inode: z.string(), fingerprint: z.string() }));
type Index = z.infer<typeof indexSchema>;

/**
 * Fingerprints that are computed once for each state of a file (path, size, modification time, inode) and kept in an
 * index file, which is only a cache: if it is missing or broken, it is made anew.
 */
export function createFingerprints(indexPath: string): Fingerprints {
  const underWay = new Map<string, Promise<string>>();
  let index: Promise<Map<string, Index[string]>> | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function lookUp(path: string): Promise<string> {
    const parts = await modelParts(path);
    if (parts === undefined) return lookUpFile(path);
    const hash = createHash('sha256');
    for (const part of parts) hash.update(`${relative(dirname(path), part)} ${await lookUpFile(part)} `);
    return `parts:${hash.digest('hex')}`;
  }

  async function lookUpFile(path: string): Promise<string> {
    index ??= readIndex(indexPath);
    const entries = await index;
    const identity = await identify(path);
    const known = entries.get(path);
    if (known !== undefined && sameIdentity(known, identity)) return known.fingerprint;
    const fingerprint = await computeFingerprint(path);
    // A file that changes while it is read gets no entry, so that it is read again the next time.
    if (!sameIdentity(identity, await identify(path))) return fingerprint;
    entries.set(path, { ...identity, fingerprint });
    writing = writing.then(() => writeIndex(indexPath, entries));
    await writing;
    return fingerprint;
  }

  return {
    of(path) {
      const current = underWay.get(path) ?? lookUp(path).finally(() => underWay.delete(path));
      underWay.set(path, current);
      return current;
    },
  };
}

/**
 * `sha256:` and the hash of the content for a file of up to 32 MiB; above that `sampled:` and the hash of size,
 * modification time, the first MiB and 64 evenly spread samples of 64 KiB, the last of which ends with the file.
 */
export async function computeFingerprint(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size, mtimeNs } = await file.stat({ bigint: true });
    const hash = createHash('sha256');
    if (size <= wholeBytes) {
      await hashRange(file, 0, Number(size), hash);
      return `sha256:${hash.digest('hex')}`;
    }
    hash.update(`${size} ${mtimeNs} `);
    await hashRange(file, 0, headBytes, hash);
    for (let index = 1; index <= sampleCount; index++) {
      const start = Math.round(((Number(size) - sampleBytes) * index) / sampleCount);
      await hashRange(file, start, start + sampleBytes, hash);
    }
    return `sampled:${hash.digest('hex')}`;
  } finally {
    await file.close();
  }
}

/** Hashes the bytes from `start` to `end`, or to the end of the file, in pieces between which the process can do other things. */
async function hashRange(file: FileHandle, start: number, end: number, hash: Hash): Promise<void> {
  const piece = Buffer.alloc(Math.min(pieceBytes, end - start));
  for (let place = start; place < end; ) {
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, end - place), place);
    if (bytesRead === 0) return;
    hash.update(piece.subarray(0, bytesRead));
    place += bytesRead;
  }
}

async function identify(path: string): Promise<Identity> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  return { size: String(size), mtimeNs: String(mtimeNs), inode: String(ino) };
}

function sameIdentity(a: Identity, b: Identity): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.inode === b.inode;
}

async function readIndex(path: string): Promise<Map<string, Index[string]>> {
  try {
    return new Map(Object.entries(indexSchema.parse(JSON.parse(await readFile(path, 'utf8')))));
  } catch {
    return new Map();
  }
}

async function writeIndex(path: string, entries: ReadonlyMap<string, Index[string]>): Promise<void> {
  try {
    await writeAtomically(path, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // Without an index (a full disk, a folder that can't be written) the file is hashed again at the next start.
  }
}
