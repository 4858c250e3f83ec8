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
 * float32: [B, out, H, W]. Outside of the picture is 0. The kernels are brought into the basis at each run: kept there they would
 * take 16/9 or 36/9 of their memory, and far longer to load.
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
  const tiles = tilesInBasis(graph, transposed(graph, x, [1, 0, 2, 3]), tile);
  const [batch, rows, columns] = [dims(graph, x, 0, 1), dims(graph, tiles, 2, 3), dims(graph, tiles, 3, 4)];
  const byPicture = graph.node('Reshape', [tiles, join(graph, [graph.ints([sizes.in]), batch, graph.ints([squares, -1])])]);
  // Kernels are read once for each picture unless the pictures lie beside each other, which is worth its copies for large kernels.
  const beside = kernels.length > 1;
  const factors = beside
    ? graph.node('Reshape', [transposed(graph, byPicture, [0, 2, 1, 3]), graph.ints([sizes.in, 1, squares, -1])])
    : byPicture;
  const parts = kernels.map((part) => {
    const inputs = [kernelsInBasis(graph, part, sizes), factors];
    return graph.node('FusedMatMul', inputs, { domain: 'com.microsoft', attributes: { transBatchB: 1 } });
  });
  const products = parts.length === 1 ? parts[0] : graph.node('Concat', parts, { attributes: { axis: 2 } });

  const computed = outOfBasis(graph, products, tile);
  const channels = graph.ints([tile * tile * sizes.out]);
  const depths = beside
    ? transposed(graph, graph.node('Reshape', [computed, join(graph, [channels, batch, rows, columns])]), [1, 0, 2, 3])
    : graph.node('Reshape', [computed, join(graph, [batch, channels, rows, columns])]);
  const whole = graph.node('DepthToSpace', [depths], { attributes: { blocksize: tile, mode: 'DCR' } });
  const picture = graph.node('Slice', [whole, graph.ints([0, 0]), dims(graph, x, 2, 4), graph.ints([2, 3])]);
  return bias === undefined ? picture : graph.node('Add', [picture, graph.node('Reshape', [bias, graph.ints([sizes.out, 1, 1])])]);
}

/** Kernels [out, in, 3, 3] to [1, squares, out, in]. */
function kernelsInBasis(graph: GraphBuilder, kernels: Value, { in: input, tile }: { in: number; tile: Tile }): Value {
  const squares = (tile + 2) ** 2;
  const rows = graph.node('Reshape', [kernels, graph.ints([-1, 9])]);
  const change = graph.floats(squared(bases[tile].kernel), [squares, 9]);
  const columns = graph.node('FusedMatMul', [change, rows], { domain: 'com.microsoft', attributes: { transB: 1 } });
  return graph.node('Reshape', [columns, graph.ints([1, squares, -1, input])]);
}

/** The squares of planes [..., H, W] that one tile each is computed from: [planes, squares, H / tile, W / tile], rounded up. */
function tilesInBasis(graph: GraphBuilder, x: Value, tile: Tile): Value {
  const planes = graph.node('Reshape', [x, graph.ints([-1, 1, 0, 0])]);
  // More rows and columns at the end than the kernel needs: where a side is no multiple of the tile, the last tiles are cut.
  const attributes = { kernel_shape: [tile + 2, tile + 2], strides: [tile, tile], pads: [1, 1, tile, tile] };
  const change = graph.floats(squared(bases[tile].input), [(tile + 2) ** 2, 1, tile + 2, tile + 2]);
  return graph.node('Conv', [planes, change], { attributes });
}

/** Products [B, squares, out, tiles] to the numbers of their tiles [B, tile^2, out tiles]. */
function outOfBasis(graph: GraphBuilder, products: Value, tile: Tile): Value {
  const squares = (tile + 2) ** 2;
  const change = graph.floats(squared(bases[tile].back), [tile * tile, squares]);
  return graph.node('MatMul', [change, graph.node('Reshape', [products, graph.ints([0, squares, -1])])]);
}

/** The matrix for both directions of a picture (the Kronecker product with itself), row by row. */
function squared(matrix: Matrix): Float32Array {
  return Float32Array.from(matrix.flatMap((y) => matrix.flatMap((x) => y.flatMap((a) => x.map((b) => a * b)))));
}

function transposed(graph: GraphBuilder, x: Value, perm: readonly number[]): Value {
  return graph.node('Transpose', [x], { attributes: { perm } });
}

function dims(graph: GraphBuilder, x: Value, start: number, end: number): Value {
  return graph.node('Shape', [x], { attributes: { start, end } });
}

function join(graph: GraphBuilder, parts: readonly Value[]): Value {
  return graph.node('Concat', parts, { attributes: { axis: 0 } });
}
