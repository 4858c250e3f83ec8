import type { GraphBuilder, Value } from './graph.ts';
import { type Basis, type Matrix, minimalFilter } from './minimal-filter.ts';

/**
 * Convolutions by 3x3 kernels with fewer multiplications: Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks" (2016).
 * A square of 2x2 numbers comes from 16 products for each pair of channels instead of 36, one of 4x4 from 36 instead of 144.
 * The numbers it is computed from, and the kernel, are first brought into another basis.
 */

/** Numbers in a row (and in a column) that are computed together. */
export type Tile = 2 | 4;

const bases: Readonly<Record<Tile, Basis>> = {
  2: minimalFilter([0, 1, -1]),
  // Of the points tried, those that round least: 2e-6 of the standard deviation, where the textbook's 0, 1, -1, 2, -2 make it 4e-6.
  4: minimalFilter([0, 3 / 4, -3 / 4, 3 / 2, -3 / 2]),
};

/**
 * The convolution of x [B, in, H, W] by kernels [out, in, 3, 3], in one or several parts of their rows, and with a bias [out], all
 * float32: [B, out, H, W]. Outside of the picture is 0. The kernels are brought into the basis at each run: kept there they would take 16/9 or 36/9 of their memory, and far
 * longer to load.
 */
export function winogradConv(
  graph: GraphBuilder,
  x: Value,
  kernels: readonly Value[],
  bias: Value | undefined,
  sizes: { in: number; out: number; tile: Tile },
): Value {
  const { tile } = sizes;
  const squares = (tile + 2) ** 2;
  const tiles = tilesInBasis(graph, x, tile);
  const [batch, rows, columns] = [dims(graph, x, 0, 1), dims(graph, tiles, 2, 3), dims(graph, tiles, 3, 4)];
  const split = graph.node('Reshape', [tiles, join(graph, [batch, graph.ints([sizes.in, squares, -1])])]);
  const turned = graph.node('Transpose', [split], { attributes: { perm: [2, 1, 0, 3] } });
  const factors = graph.node('Reshape', [turned, graph.ints([squares, sizes.in, -1])]);
  const parts = kernels.map((part) => graph.node('MatMul', [kernelsInBasis(graph, part, sizes), factors]));
  const products = parts.length === 1 ? parts[0] : graph.node('Concat', parts, { attributes: { axis: 1 } });

  const back = graph.floats(squared(bases[tile].back), [tile * tile, squares]);
  const computed = graph.node('MatMul', [back, graph.node('Reshape', [products, graph.ints([squares, -1])])]);
  const apart = graph.node('Reshape', [computed, join(graph, [graph.ints([tile * tile * sizes.out]), batch, rows, columns])]);
  const depths = graph.node('Transpose', [apart], { attributes: { perm: [1, 0, 2, 3] } });
  const whole = graph.node('DepthToSpace', [depths], { attributes: { blocksize: tile, mode: 'DCR' } });
  const picture = graph.node('Slice', [whole, graph.ints([0, 0]), dims(graph, x, 2, 4), graph.ints([2, 3])]);
  return bias === undefined ? picture : graph.node('Add', [picture, graph.node('Reshape', [bias, graph.ints([sizes.out, 1, 1])])]);
}

/** Kernels [out, in, 3, 3] to [squares, out, in]. */
function kernelsInBasis(graph: GraphBuilder, kernels: Value, { in: input, tile }: { in: number; tile: Tile }): Value {
  const squares = (tile + 2) ** 2;
  const rows = graph.node('Reshape', [kernels, graph.ints([-1, 9])]);
  const change = graph.floats(squared(bases[tile].kernel), [squares, 9]);
  const columns = graph.node('FusedMatMul', [change, rows], { domain: 'com.microsoft', attributes: { transB: 1 } });
  return graph.node('Reshape', [columns, graph.ints([squares, -1, input])]);
}

/** The squares of pictures [B, C, H, W] that one tile each is computed from: [B C, squares, H / tile, W / tile], rounded up. */
function tilesInBasis(graph: GraphBuilder, x: Value, tile: Tile): Value {
  const planes = graph.node('Reshape', [x, graph.ints([-1, 1, 0, 0])]);
  // More rows and columns at the end than the kernel needs: where a side is no multiple of the tile, the last tiles are cut.
  const attributes = { kernel_shape: [tile + 2, tile + 2], strides: [tile, tile], pads: [1, 1, tile, tile] };
  const change = graph.floats(squared(bases[tile].input), [(tile + 2) ** 2, 1, tile + 2, tile + 2]);
  return graph.node('Conv', [planes, change], { attributes });
}

/** The matrix for both directions of a picture (the Kronecker product with itself), row by row. */
function squared(matrix: Matrix): Float32Array {
  return Float32Array.from(matrix.flatMap((y) => matrix.flatMap((x) => y.flatMap((a) => x.map((b) => a * b)))));
}

function dims(graph: GraphBuilder, x: Value, start: number, end: number): Value {
  return graph.node('Shape', [x], { attributes: { start, end } });
}

function join(graph: GraphBuilder, parts: readonly Value[]): Value {
  return graph.node('Concat', parts, { attributes: { axis: 0 } });
}
