import type { Tensor } from '../../../nodes/diffusion/tensor.ts';

/** The operators of the self-tests, computed plainly and in float64. */

/** x [..., in] by weight [out, in] and bias [out]. */
export function linear({ data: x }: Tensor, { data: weight, shape: [out, width] }: Tensor, { data: bias }: Tensor): Float64Array {
  return Float64Array.from({ length: (x.length / width) * out }, (_, at) => {
    const row = Math.floor(at / out) * width;
    const column = (at % out) * width;
    let sum = bias[at % out];
    for (let i = 0; i < width; i++) sum += x[row + i] * weight[column + i];
    return sum;
  });
}

/** x [1, C, H, W] by weight [out, C, k, k]; pads are top, left, bottom, right. */
export function convolution(
  { data: x, shape: [, channels, height, width] }: Tensor,
  { data: weight, shape: [out, , kernel] }: Tensor,
  { data: bias }: Tensor,
  { stride, pads: [top, left, bottom, right] }: { stride: number; pads: readonly [number, number, number, number] },
): Float64Array {
  const rows = Math.floor((height + top + bottom - kernel) / stride) + 1;
  const columns = Math.floor((width + left + right - kernel) / stride) + 1;
  return Float64Array.from({ length: out * rows * columns }, (_, at) => {
    const [target, row, column] = [Math.floor(at / rows / columns), Math.floor(at / columns) % rows, at % columns];
    let sum = bias[target];
    for (let i = 0; i < channels * kernel * kernel; i++) {
      const [channel, dy, dx] = [Math.floor(i / kernel / kernel), Math.floor(i / kernel) % kernel, i % kernel];
      const [y, xx] = [row * stride + dy - top, column * stride + dx - left];
      if (y >= 0 && y < height && xx >= 0 && xx < width) {
        sum += x[(channel * height + y) * width + xx] * weight[target * channels * kernel * kernel + i];
      }
    }
    return sum;
  });
}

/** Scaled dot-product attention of [B, T, width] over [B, S, width]. */
export function attention(query: Tensor, key: Tensor, value: Tensor, heads: number): Float64Array {
  const [batch, rows, width] = query.shape;
  const [, columns] = key.shape;
  const size = width / heads;
  const result = new Float64Array(batch * rows * width);
  for (let at = 0; at < batch * rows * heads; at++) {
    const [item, row, head] = [Math.floor(at / heads / rows), Math.floor(at / heads) % rows, at % heads];
    const from = (item * rows + row) * width + head * size;
    const keyAt = (column: number) => (item * columns + column) * width + head * size;
    const scores = Float64Array.from({ length: columns }, (_, column) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += query.data[from + i] * key.data[keyAt(column) + i];
      return sum / Math.sqrt(size);
    });
    const largest = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - largest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < size; i++) {
      result[from + i] = weights.reduce((sum, weight, column) => sum + weight * value.data[keyAt(column) + i], 0) / total;
    }
  }
  return result;
}

/** x [1, C, H, W], weight and bias [C, 1, 1]. */
export function groupNorm({ data: x, shape }: Tensor, weight: Tensor, bias: Tensor, groups: number, epsilon: number): Float64Array {
  const plane = x.length / shape[1];
  const normal = normalised(x, x.length / groups, epsilon);
  return normal.map((value, at) => value * weight.data[Math.floor(at / plane)] + bias.data[Math.floor(at / plane)]);
}

/** x [..., width], weight and bias [width]. */
export function layerNorm({ data: x }: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Float64Array {
  const width = weight.data.length;
  return normalised(x, width, epsilon).map((value, at) => value * weight.data[at % width] + bias.data[at % width]);
}

function normalised(x: Float32Array, run: number, epsilon: number): Float64Array {
  const result = Float64Array.from(x);
  for (let from = 0; from < x.length; from += run) {
    const part = result.subarray(from, from + run);
    const mean = part.reduce((sum, value) => sum + value, 0) / run;
    const variance = part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / run;
    part.forEach((value, at) => {
      part[at] = (value - mean) / Math.sqrt(variance + epsilon);
    });
  }
  return result;
}

export function sigmoidProduct(x: number, alpha: number): number {
  return x / (1 + Math.exp(-alpha * x));
}

/** x times the normal distribution's share below x; the error function by its series, and 1 - erf by its continued fraction. */
export function gelu(x: number): number {
  return (x * (1 + errorFunction(x / Math.SQRT2))) / 2;
}

function errorFunction(x: number): number {
  if (x < 0) return -errorFunction(-x);
  if (x > 3) {
    let fraction = 0;
    for (let term = 60; term > 0; term--) fraction = term / 2 / (x + fraction);
    return 1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
  }
  let [sum, term] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** Each pixel of [1, C, H, W] as a square of four. */
export function nearestDouble({ data: x, shape: [, , height, width] }: Tensor): Float64Array {
  return Float64Array.from({ length: 4 * x.length }, (_, at) => {
    const [plane, row, column] = [Math.floor(at / (4 * height * width)), Math.floor(at / 2 / width) % (2 * height), at % (2 * width)];
    return x[(plane * height + Math.floor(row / 2)) * width + Math.floor(column / 2)];
  });
}
