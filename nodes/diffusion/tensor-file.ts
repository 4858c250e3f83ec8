import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import { readBytes, withFile } from './file-access.ts';
import { type FloatType, isFloatType, toFloat32 } from './float-formats.ts';
import type { Tensor } from './tensor.ts';

/** Bytes per element of the number formats of model files, by their names in safetensors. */
export const elementSizes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
} as const;
export type Dtype = keyof typeof elementSizes;

/** Where a tensor is stored: a byte range of a file, in row-major order, little-endian. */
export type TensorEntry = {
  /** The absolute path of the file itself, without links. */
  readonly path: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** In bytes, from the start of the file. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
};

/** The tensors of a model by key, whatever the format. They lie in one file, or in several: parts of a folder, shards. */
export type TensorFile = {
  /** What was opened, as the caller named it: its last part is the name that people know. */
  readonly path: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
};

/** The error for a file whose content cannot be right. */
export function damaged(name: string, why: string): ProblemError {
  return new ProblemError({ what: `The file "${name}" is damaged: ${why}.`, fix: 'Download it again, or choose another file.' });
}

/** Reads one tensor as float32. Throws a ProblemError if the file has no such tensor or stores it in another kind of number. */
export async function readTensor(file: TensorFile, key: string): Promise<Tensor> {
  const { path, dtype, shape, offset, length } = floatEntry(file, key);
  const bytes = await withFile(path, (handle) => readBytes(handle, offset, length));
  return { data: toFloat32(bytes, dtype), shape };
}

/** Reads rows of a matrix [rows, width] as float32 vectors, in the order of `rows`. */
export async function readRows(file: TensorFile, key: string, rows: readonly number[]): Promise<Float32Array[]> {
  const { path, dtype, shape, offset, length } = floatEntry(file, key);
  const rowBytes = length / shape[0];
  return withFile(path, async (handle) => {
    const vectors: Float32Array[] = [];
    for (const row of rows) vectors.push(toFloat32(await readBytes(handle, offset + row * rowBytes, rowBytes), dtype));
    return vectors;
  });
}

function floatEntry(file: TensorFile, key: string): TensorEntry & { readonly dtype: FloatType } {
  const entry = file.tensors.get(key);
  if (entry === undefined) throw damaged(basename(file.path), `it has no tensor "${key}"`);
  const { dtype } = entry;
  if (!isFloatType(dtype)) {
    throw damaged(basename(file.path), `the tensor "${key}" is stored as ${dtype}, where a floating-point format was expected`);
  }
  return { ...entry, dtype };
}
