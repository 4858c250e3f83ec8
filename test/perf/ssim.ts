import type { Tensor } from '../../nodes/diffusion/tensor.ts';

const radius = 5;
const weights = gaussian(1.5);

/** (0.01 L)^2 and (0.03 L)^2 for a range L of 1. */
const c1 = 1e-4;
const c2 = 9e-4;

/**
 * The structural similarity of two pictures [1, H, W, 3] in 0..1 (Wang et al. 2004): the mean over all places of an 11x11 Gaussian
 * window (sigma 1.5) that lie inside the picture, on luma. 1 for equal pictures. Sides are at least 11.
 */
export function ssim(a: Tensor, b: Tensor): number {
  const [, height, width] = a.shape;
  const [x, y] = [luma(a), luma(b)];
  const product = (p: Float64Array, q: Float64Array) => p.map((value, i) => value * q[i]);
  const local = (plane: Float64Array) => blur(plane, height, width);
  const [meanX, meanY] = [local(x), local(y)];
  const [xx, yy, xy] = [local(product(x, x)), local(product(y, y)), local(product(x, y))];
  let sum = 0;
  for (let i = 0; i < xy.length; i++) {
    const means = meanX[i] * meanY[i];
    const squares = meanX[i] ** 2 + meanY[i] ** 2;
    const structure = (2 * (xy[i] - means) + c2) / (xx[i] + yy[i] - squares + c2);
    sum += ((2 * means + c1) / (squares + c1)) * structure;
  }
  return sum / xy.length;
}

/** Rec. 601. */
function luma({ data }: Tensor): Float64Array {
  return Float64Array.from({ length: data.length / 3 }, (_, i) => 0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]);
}

function gaussian(sigma: number): readonly number[] {
  const values = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)));
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

/** The window's mean at the places where it lies inside the plane. */
function blur(plane: Float64Array, height: number, width: number): Float64Array {
  const inner = width - 2 * radius;
  const rows = slide(plane, height * inner, (at) => Math.floor(at / inner) * width + (at % inner), 1);
  return slide(rows, (height - 2 * radius) * inner, (at) => at, inner);
}

function slide(source: Float64Array, length: number, start: (at: number) => number, stride: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => {
    const from = start(at);
    let sum = 0;
    for (let tap = 0; tap < weights.length; tap++) sum += weights[tap] * source[from + tap * stride];
    return sum;
  });
}
