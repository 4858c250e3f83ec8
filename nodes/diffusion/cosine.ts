import { sliceBatch, type Tensor } from './tensor.ts';

/** The cosines of the angles between the rows of a [M, width] and those of b [N, width]: [M][N]. Rows of zeros give 0. */
export function cosines(a: Tensor, b: Tensor): number[][] {
  const others = unitRows(b);
  return unitRows(a).map((row) => others.map((other) => dot(row, other)));
}

/** softmax(scale * x), in double precision. */
export function softmax(values: readonly number[], scale: number): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(scale * (value - largest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function unitRows(rows: Tensor): Float64Array[] {
  return Array.from({ length: rows.shape[0] }, (_, index) => {
    const row = Float64Array.from(sliceBatch(rows, index, index + 1).data);
    const length = Math.sqrt(dot(row, row));
    return length === 0 ? row : row.map((value) => value / length);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index], 0);
}
