import { type Tensor, tensor } from '../../nodes/diffusion/tensor.ts';
import type { FileRef } from '../../nodes/types.ts';

/** A value as JSON text, with its tensors beside it: `{"$tensor": 3}` in the JSON stands for `tensors[3]`. */
export type EncodedValue = { readonly json: string; readonly tensors: readonly Tensor[] };

/**
 * Takes a value of JSON, bigints, numbers that JSON lacks, and tensors apart. Properties that are undefined are left out.
 * Throws on anything else: such a value could not leave the process.
 */
export function encodeValue(value: unknown): EncodedValue {
  const tensors: Tensor[] = [];
  return { json: JSON.stringify(encoded(value, tensors)), tensors };
}

function encoded(value: unknown, tensors: Tensor[]): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) };
  if (Array.isArray(value)) return value.map((item) => encoded(item, tensors));
  if (isTensor(value)) return { $tensor: tensors.push(value) - 1 };
  if (typeof value !== 'object' || ![Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    throw new Error(`a value between nodes must be data, not ${value === undefined ? 'undefined' : Object.prototype.toString.call(value)}`);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  // A name that begins with $ gets another one, so that no value can look like a mark of ours.
  return Object.fromEntries(entries.map(([name, item]) => [name.startsWith('$') ? `$${name}` : name, encoded(item, tensors)]));
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Float32Array && 'shape' in value;
}

/**
 * Puts a value together again. A file reference gets the name and path that its content has now, by fingerprint:
 * the value may have been made when the file lay elsewhere.
 */
export function decodeValue({ json, tensors }: EncodedValue, files: readonly FileRef[] = []): unknown {
  const current = new Map(files.map((file) => [file.fingerprint, file]));
  return decoded(JSON.parse(json), { tensors, current });
}

type Decoding = { readonly tensors: readonly Tensor[]; readonly current: ReadonlyMap<string, FileRef> };

function decoded(value: unknown, decoding: Decoding): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => decoded(item, decoding));
  if ('$bigint' in value) return BigInt(String(value.$bigint));
  if ('$number' in value) return Number(value.$number);
  if ('$tensor' in value) return tensorAt(decoding.tensors, Number(value.$tensor));
  const names = Object.entries(value).map(([name, item]): [string, unknown] => [
    name.startsWith('$') ? name.slice(1) : name,
    decoded(item, decoding),
  ]);
  const object: Record<string, unknown> = Object.fromEntries(names);
  return decoding.current.get(fingerprintOf(object) ?? '') ?? object;
}

function tensorAt(tensors: readonly Tensor[], index: number): Tensor {
  const found = tensors[index];
  if (found === undefined) throw new Error(`a value lacks its tensor ${index}`);
  return tensor(found.data, found.shape);
}

function fingerprintOf({ name, path, fingerprint, ...others }: Record<string, unknown>): string | undefined {
  if (Object.keys(others).length > 0 || typeof name !== 'string' || typeof path !== 'string') return undefined;
  return typeof fingerprint === 'string' ? fingerprint : undefined;
}
