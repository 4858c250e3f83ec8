import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import { type Tensor, tensor } from '../../nodes/diffusion/tensor.ts';

/** The folder of reference numbers, beside the project. */
const conformanceFolder = resolve(import.meta.dirname, '../../../shared/conformance');

/** The absolute path of a reference file. */
export function conformanceFile(name: string): string {
  return join(conformanceFolder, name);
}

/** Registers the tests of `fn` where the reference numbers are at hand, and otherwise one skipped test that says so. */
export function describeConformance(name: string, fn: () => void): void {
  if (existsSync(conformanceFolder)) {
    describe(name, fn);
  } else {
    describe(name, () => {
      it.skip('skipped: ../shared/conformance is missing', () => {});
    });
  }
}

type HeaderEntry = { dtype: string; shape: number[]; data_offsets: [number, number] };

/** Reads a reference file whole. Knows F32 and F16 only, and trusts the file: tests alone may use it. */
export function readVectors(name: string): Vectors {
  const bytes = readFileSync(conformanceFile(name));
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header: Record<string, HeaderEntry> = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength));
  const start = bytes.byteOffset + 8 + headerLength;
  const tensors = new Map<string, Tensor>();
  for (const [key, entry] of Object.entries(header)) {
    if (key === '__metadata__') continue;
    const [from, to] = entry.data_offsets;
    tensors.set(key, tensor(readFloats(bytes.buffer.slice(start + from, start + to), entry.dtype), entry.shape));
  }
  return new Vectors(name, tensors);
}

function readFloats(buffer: ArrayBufferLike, dtype: string): Float32Array {
  if (dtype === 'F32') return new Float32Array(buffer);
  if (dtype === 'F16') return Float32Array.from(new Float16Array(buffer));
  throw new Error(`reference files hold F32 and F16 only, not ${dtype}`);
}

/** The tensors of a reference file by name. */
export class Vectors {
  readonly file: string;
  readonly tensors: ReadonlyMap<string, Tensor>;

  constructor(file: string, tensors: ReadonlyMap<string, Tensor>) {
    this.file = file;
    this.tensors = tensors;
  }

  /** The tensor called `key`; throws if the file has none. */
  get(key: string): Tensor {
    const found = this.tensors.get(key);
    if (found === undefined) throw new Error(`${this.file} holds no ${key}`);
    return found;
  }

  /** What follows `prefix` in each name that begins with it. */
  namesUnder(prefix: string): string[] {
    return [...this.tensors.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }
}

/** The largest absolute difference. NaN anywhere, or unequal shapes, give Infinity. */
export function largestDifference(actual: Tensor, expected: Tensor): number {
  if (actual.shape.join() !== expected.shape.join()) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const difference = Math.abs(actual.data[i] - expected.data[i]);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** The largest absolute difference as a share of the largest expected magnitude. */
export function maxRelativeToLargest(actual: Tensor, expected: Tensor): number {
  const magnitude = expected.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return largestDifference(actual, expected) / magnitude;
}

/** The largest absolute difference as a share of the expected values' standard deviation. */
export function relativeToStd(actual: Tensor, expected: Tensor): number {
  const count = expected.data.length;
  const mean = expected.data.reduce((sum, value) => sum + value, 0) / count;
  const variance = expected.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return largestDifference(actual, expected) / Math.sqrt(variance);
}
