import { type Tensor, tensor, zeros } from '../diffusion/tensor.ts';

/** A stretch of one axis: where it is read, where it is written, and how much it counts at each place that it is written to. */
export type Tile = { readonly start: number; readonly length: number; readonly target: number; readonly weights: Float32Array };

/**
 * Covers an axis of `length` by tiles of `size` (less where the axis is shorter) that share at least `overlap` with their
 * neighbours. `scale` is the length of the result as a multiple of the source's. In shared stretches weights run linearly from one tile
 * to the next; at each place all weights add up to 1.
 */
export function tileAxis(length: number, size: number, overlap: number, scale: number): readonly Tile[] {
  const own = Math.min(size, length);
  const count = own === length ? 1 : Math.ceil((length - overlap) / (own - overlap));
  const last = length - own;
  const starts = Array.from({ length: count }, (_, index) => (index === count - 1 ? last : index * (own - overlap)));
  const sums = new Float32Array(length * scale);
  const windows = starts.map((start) => {
    const window = rampedWindow(own * scale, overlap * scale, start > 0, start < last);
    for (const [at, weight] of window.entries()) sums[start * scale + at] += weight;
    return window;
  });
  return starts.map((start, index) => {
    const target = start * scale;
    return { start, length: own, target, weights: windows[index].map((weight, at) => weight / sums[target + at]) };
  });
}

/** 1 everywhere but for linear ramps of `ramp` steps at the sides that meet another tile. */
function rampedWindow(length: number, ramp: number, left: boolean, right: boolean): Float32Array {
  return Float32Array.from({ length }, (_, at) => {
    const rise = left ? (at + 1) / (ramp + 1) : 1;
    const fall = right ? (length - at) / (ramp + 1) : 1;
    return Math.min(rise, fall, 1);
  });
}

export type TileSizes = {
  /** In steps of the source. */
  readonly size: number;
  readonly overlap: number;
  /** The result's height and width as a multiple of the source's. */
  readonly scale: number;
  readonly channels: number;
};

/**
 * Runs a network over source [1, C, h, w] tile by tile and blends the results into [1, channels, h scale, w scale].
 * `run` gets each tile as [1, C, th, tw], and its place among all of them.
 */
export async function runTiled(
  source: Tensor,
  { size, overlap, scale, channels }: TileSizes,
  run: (tile: Tensor, index: number, count: number) => Promise<Tensor>,
): Promise<Tensor> {
  const [, , height, width] = source.shape;
  const rows = tileAxis(height, size, overlap, scale);
  const columns = tileAxis(width, size, overlap, scale);
  const result = zeros([1, channels, height * scale, width * scale]);
  let done = 0;
  for (const row of rows) {
    for (const column of columns) {
      addTile(result, await run(cut(source, row, column), done, rows.length * columns.length), row, column);
      done += 1;
    }
  }
  return result;
}

function cut({ data, shape: [, channels, height, width] }: Tensor, row: Tile, column: Tile): Tensor {
  const tile = new Float32Array(channels * row.length * column.length);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < row.length; y++) {
      const from = (channel * height + row.start + y) * width + column.start;
      tile.set(data.subarray(from, from + column.length), at);
      at += column.length;
    }
  }
  return tensor(tile, [1, channels, row.length, column.length]);
}

function addTile(result: Tensor, tile: Tensor, row: Tile, column: Tile): void {
  const [, channels, height, width] = result.shape;
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (const [y, rowWeight] of row.weights.entries()) {
      const to = (channel * height + row.target + y) * width + column.target;
      for (let x = 0; x < column.weights.length; x++) result.data[to + x] += tile.data[at++] * rowWeight * column.weights[x];
    }
  }
}
