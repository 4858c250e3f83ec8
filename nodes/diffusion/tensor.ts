/** A dense float32 array in row-major order. `shape` multiplies up to `data.length`. */
export type Tensor = {
  readonly data: Float32Array;
  readonly shape: readonly number[];
};

/** The number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Wraps `data` (not copied) as a tensor; throws if the lengths disagree. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  if (data.length !== elementCount(shape)) {
    throw new Error(`a tensor of shape [${shape.join(', ')}] needs ${elementCount(shape)} values, got ${data.length}`);
  }
  return { data, shape };
}

export function zeros(shape: readonly number[]): Tensor {
  return { data: new Float32Array(elementCount(shape)), shape };
}

export function filled(shape: readonly number[], value: number): Tensor {
  return { data: new Float32Array(elementCount(shape)).fill(value), shape };
}

/** Applies `f` to each element; the result has the same shape. */
export function map(source: Tensor, f: (value: number, index: number) => number): Tensor {
  return { data: source.data.map(f), shape: source.shape };
}

/** Items `start` to `end` (exclusive) of the first axis, as a view of the same memory. */
export function sliceBatch(source: Tensor, start: number, end: number): Tensor {
  const [count, ...rest] = source.shape;
  if (start < 0 || end > count || start > end) {
    throw new Error(`items ${start} to ${end} are outside a batch of ${count}`);
  }
  const stride = elementCount(rest);
  return { data: source.data.subarray(start * stride, end * stride), shape: [end - start, ...rest] };
}

/** Joins tensors along the first axis; all other sizes must be equal. */
export function concatBatch(parts: readonly Tensor[]): Tensor {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('nothing to concatenate');
  const rest = first.shape.slice(1);
  for (const other of others) {
    if (other.shape.slice(1).join() !== rest.join()) {
      throw new Error(`cannot join shapes [${first.shape.join(', ')}] and [${other.shape.join(', ')}]`);
    }
  }
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.data.length;
  }
  return { data, shape: [parts.reduce((sum, part) => sum + part.shape[0], 0), ...rest] };
}

/** Repeats or cuts the first axis to `count` items, starting over at the first as often as needed. */
export function repeatToBatch(source: Tensor, count: number): Tensor {
  if (source.shape[0] === count) return source;
  const items = Array.from({ length: count }, (_, index) => {
    const at = index % source.shape[0];
    return sliceBatch(source, at, at + 1);
  });
  return concatBatch(items);
}
