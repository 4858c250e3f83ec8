import { type Tensor, tensor, zeros } from './tensor.ts';

/** A stretch of one axis: where it is read, where it is written, and how much it counts at each place that it is written to. */
export type Tile = { readonly start: number; readonly length: number; readonly target: number; readonly weights: Float32Array };

export type TileAxis = {
  readonly size: number;
  /** At least this much is shared with each neighbour. */
  readonly overlap: number;
  /**
   * The outermost steps of the overlap, at each side that meets a neighbour, that count nothing: what a network computes there is blind
   * to what lies beyond. Less than half of the overlap.
   */
  readonly margin?: number;
  /** The length of the result as a multiple of the source's. */
  readonly scale: number;
};

/**
 * Covers an axis of `length` by tiles of `size` (less where the axis is shorter). In shared stretches weights run linearly from one
 * tile to the next; at each place all weights add up to 1.
 */
export function tileAxis(length: number, { size, overlap, margin = 0, scale }: TileAxis): readonly Tile[] {
  const own = Math.min(size, length);
  const count = own === length ? 1 : Math.ceil((length - overlap) / (own - overlap));
  const last = length - own;
  const starts = Array.from({ length: count }, (_, index) => (index === count - 1 ? last : index * (own - overlap)));
  const sums = new Float32Array(length * scale);
  const windows = starts.map((start) => {
    const window = rampedWindow(own * scale, { overlap: overlap * scale, margin: margin * scale, left: start > 0, right: start < last });
    for (const [at, weight] of window.entries()) sums[start * scale + at] += weight;
    return window;
  });
  return starts.map((start, index) => {
    const target = start * scale;
    return { start, length: own, target, weights: windows[index].map((weight, at) => weight / sums[target + at]) };
  });
}

type Window = { readonly overlap: number; readonly margin: number; readonly left: boolean; readonly right: boolean };

/** 1 everywhere but at the sides that meet another tile: 0 in the margin, then a linear ramp over the rest of the overlap. */
function rampedWindow(length: number, { overlap, margin, left, right }: Window): Float32Array {
  const steps = overlap - 2 * margin + 1;
  return Float32Array.from({ length }, (_, at) => {
    const rise = left ? (at + 1 - margin) / steps : 1;
    const fall = right ? (length - at - margin) / steps : 1;
    return Math.max(Math.min(rise, fall, 1), 0);
  });
}

/** How both axes of a picture are tiled, in steps of the source, and how many channels the result has. */
export type TileSizes = TileAxis & { readonly channels: number };

/**
 * Runs a network over source [1, C, h, w] tile by tile and blends the results into [1, channels, h scale, w scale].
 * `run` gets each tile as [1, C, th, tw], and its place among all of them.
 */
export async function runTiled(
  source: Tensor,
  { channels, ...axis }: TileSizes,
  run: (tile: Tensor, index: number, count: number) => Promise<Tensor>,
): Promise<Tensor> {
  const [, , height, width] = source.shape;
  const rows = tileAxis(height, axis);
  const columns = tileAxis(width, axis);
  const result = zeros([1, channels, height * axis.scale, width * axis.scale]);
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
