import { isAbsolute } from 'node:path';
import type { Int8Source } from './onnx/int8.ts';
import { openSafetensors, type PlannedTensor, writeTensors } from './safetensors.ts';
import { elementCount } from './tensor.ts';

/** A weight in 8 bits: each row (output channel) of `values` times its scale. */
type Int8Weight = { readonly values: Int8Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> };

/** float16 numbers are their bits. */
type WeightNumbers = Float32Array | Uint16Array;

/** Rows below this are zeros: their steps would leave the range of float32. */
const vanishing = 1e-30;

/** The value of each float16 by its bits. */
const halfValues = new Float32Array(new Float16Array(Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).buffer));

/**
 * Rounds a weight [rows, channels, ...kernel] to 8 bits, each row symmetrically by its own largest magnitude (Krishnamoorthi 2018,
 * section 2.2). `kernel` is the number of the kernel's places, 1 for linear layers; within a row the result goes through all
 * channels of one place after the other.
 */
export function quantizeWeight(data: WeightNumbers, rows: number, kernel: number): Int8Weight {
  const columns = data.length / rows;
  const channels = columns / kernel;
  const values = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  const row = new Float32Array(columns);
  for (let at = 0; at < rows; at++) {
    const from = at * columns;
    fillRow(row, data, from);
    scales[at] = rowScale(row);
    const factor = 1 / scales[at];
    for (let place = 0; place < kernel; place++) {
      let to = from + place * channels;
      // The sum is positive, so that cutting off its fraction rounds to the nearest, without a branch for the sign.
      for (let i = place; i < columns; i += kernel, to++) values[to] = ((row[i] * factor + 128.5) | 0) - 128;
    }
  }
  return { values, scales };
}

function fillRow(row: Float32Array, data: WeightNumbers, from: number): void {
  if (data instanceof Float32Array) row.set(data.subarray(from, from + row.length));
  else for (let i = 0; i < row.length; i++) row[i] = halfValues[data[from + i]];
}

function rowScale(row: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < row.length; i++) {
    const size = Math.abs(row[i]);
    if (size > largest) largest = size;
  }
  return largest < vanishing ? 1 : largest / 127;
}

/** What follows the noise level and the picture's size, is cheap, or is the first or the last: kept exact. */
const exactKeys = /(^|\.)(time_embed|label_emb|emb_layers|op|out)\.|input_blocks\.0\./;

/** Matrices of fewer elements gain nothing. */
const smallestWorthwhile = 64 * 1024;

/** Whether the weight of this key and shape is worth 8 bits. */
function isQuantized(key: string, shape: readonly number[], smallest: number): boolean {
  return shape.length > 1 && elementCount(shape) >= smallest && !exactKeys.test(key);
}

/** Reads a weight by its key. */
export type WeightReader = (key: string) => Promise<WeightNumbers>;

/**
 * Writes the weights of `shapes` that have `smallest` elements or more to a file in 8 bits. Each is read when its turn has come, so that one is in memory
 * at a time.
 */
export async function writeInt8File(
  path: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  read: WeightReader,
  smallest: number = smallestWorthwhile,
): Promise<void> {
  const plan = new Map<string, PlannedTensor>();
  for (const [key, shape] of shapes) {
    if (!isQuantized(key, shape, smallest)) continue;
    const [rows, , ...kernel] = shape;
    let scales: Float32Array<ArrayBuffer> = new Float32Array();
    const bytes = async () => {
      const weight = quantizeWeight(await read(key), rows, elementCount(kernel));
      scales = weight.scales;
      return new Uint8Array(weight.values.buffer);
    };
    plan.set(key, { dtype: 'I8', shape: [rows, elementCount(shape) / rows], bytes });
    plan.set(scalesOf(key), { dtype: 'F32', shape: [rows], bytes: async () => new Uint8Array(scales.buffer) });
  }
  await writeTensors(path, plan);
}

/** The weights of such a file. */
export async function openInt8File(path: string): Promise<Int8Source> {
  if (!isAbsolute(path)) throw new Error('graphs name their files by absolute paths');
  const { tensors } = await openSafetensors(path);
  return (key) => {
    const [values, scales] = [tensors.get(key), tensors.get(scalesOf(key))];
    if (values === undefined || scales === undefined) return undefined;
    const [rows, columns] = values.shape;
    const place = ({ path: location, offset, length }: typeof values) => ({ location, offset, length });
    return { shape: [rows, columns], values: place(values), scales: place(scales) };
  };
}

function scalesOf(key: string): string {
  return `${key}.scales`;
}
