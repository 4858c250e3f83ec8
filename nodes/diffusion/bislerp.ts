import type { Grid, Size } from './separable.ts';

/**
 * Resizes latents by spherical interpolation between neighbouring pixels, along the width and then along the height.
 * A pixel is a vector of `depth` values, whose directions are interpolated along the sphere (Shoemake 1985) and lengths linearly.
 * `source` has `depth` planes an item and one channel.
 */
export function bislerp(source: Grid, depth: number, size: Size): Grid {
  const wide = slerpAxis(source, depth, 'width', size.width);
  return slerpAxis(wide, depth, 'height', size.height);
}

function slerpAxis(source: Grid, depth: number, axis: 'width' | 'height', length: number): Grid {
  const result = { ...source, [axis]: length };
  const plane = source.width * source.height;
  const newPlane = result.width * result.height;
  const data = new Float32Array(source.planes * newPlane);
  const neighbours = Array.from({ length }, (_, index) => neighboursOf(index, source[axis], length));
  const step = axis === 'width' ? 1 : source.width;
  const a = new Float64Array(depth);
  const b = new Float64Array(depth);
  for (let item = 0; item < source.planes / depth; item += 1) {
    for (let pixel = 0; pixel < newPlane; pixel += 1) {
      const x = pixel % result.width;
      const y = Math.floor(pixel / result.width);
      const { first, second, ratio } = neighbours[axis === 'width' ? x : y];
      const line = item * depth * plane + (axis === 'width' ? y * source.width : x);
      for (let d = 0; d < depth; d += 1) {
        a[d] = source.data[line + first * step + d * plane];
        b[d] = source.data[line + second * step + d * plane];
      }
      slerp(a, b, ratio, data, item * depth * newPlane + pixel, newPlane);
    }
  }
  return { ...result, data };
}

function neighboursOf(index: number, from: number, to: number): { first: number; second: number; ratio: number } {
  const at = Math.min(Math.max(((index + 0.5) * from) / to - 0.5, 0), from - 1);
  const first = Math.floor(at);
  return { first, second: Math.min(first + 1, from - 1), ratio: at - first };
}

/** Closer to parallel or opposite than this (as a cosine), there is no sphere to walk along. */
const degenerate = 1e-5;

/** Writes the vector at `ratio` between a and b to `out`, its values `stride` apart. */
function slerp(a: Float64Array, b: Float64Array, ratio: number, out: Float32Array, at: number, stride: number): void {
  const lengthA = Math.hypot(...a);
  const lengthB = Math.hypot(...b);
  const cosine = lengthA === 0 || lengthB === 0 ? 0 : dot(a, b) / (lengthA * lengthB);
  const [weightA, weightB] = slerpWeights(cosine, ratio, lengthA, lengthB);
  for (let d = 0; d < a.length; d += 1) out[at + d * stride] = weightA * a[d] + weightB * b[d];
}

function slerpWeights(cosine: number, ratio: number, lengthA: number, lengthB: number): [number, number] {
  if (cosine > 1 - degenerate) return [1, 0];
  if (cosine < degenerate - 1) return [1 - ratio, ratio];
  const angle = Math.acos(cosine);
  const length = lengthA * (1 - ratio) + lengthB * ratio;
  const share = (part: number, own: number) => (own === 0 ? 0 : (Math.sin(part * angle) / Math.sin(angle) / own) * length);
  return [share(1 - ratio, lengthA), share(ratio, lengthB)];
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index], 0);
}
