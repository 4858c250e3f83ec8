import type { Vector } from './samplers/sampler.ts';

type Prediction = { readonly positive: Vector; readonly guided: Vector; readonly x: Vector };

/**
 * Guidance whose contrast does not grow with cfg (Lin et al. 2023, section 3.4): in the space of velocities each item's standard
 * deviation is brought back to that of the positive side, and the result is blended with plain guidance by `multiplier` (0..1).
 * All values are clean latents but `x`, the noisy ones at `sigma`; `items` of equal length lie one behind the other.
 */
export function rescaleGuidance({ positive, guided, x }: Prediction, sigma: number, items: number, multiplier: number): Vector {
  const length = x.length / items;
  const variance = sigma * sigma + 1;
  const root = Math.sqrt(variance);
  const velocity = (clean: Vector, i: number) => ((x[i] / variance - clean[i]) * root) / sigma;
  const result = new Float32Array(x.length);
  for (let item = 0; item < items; item++) {
    const from = item * length;
    const ratio = deviation(length, (i) => velocity(positive, from + i)) / deviation(length, (i) => velocity(guided, from + i));
    const factor = multiplier * ratio + 1 - multiplier;
    for (let i = from; i < from + length; i++) result[i] = x[i] / variance - (velocity(guided, i) * factor * sigma) / root;
  }
  return result;
}

/** The sample standard deviation. */
function deviation(length: number, valueAt: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += valueAt(i);
  const mean = sum / length;
  let squares = 0;
  for (let i = 0; i < length; i++) squares += (valueAt(i) - mean) ** 2;
  return Math.sqrt(squares / (length - 1));
}
