import { lanczosWeights } from './axis-weights.ts';
import { toBytes } from './bytes.ts';
import { type Grid, resample, type Size } from './separable.ts';

/**
 * Resizes values in 0..1 with Pillow's Lanczos filter: 8 bits a channel in, between the two passes and out.
 * Colours of a fourth-channel alpha are weighed by it, so that what is transparent does not bleed.
 */
export function resizeLanczos(source: Grid, size: Size): Grid {
  const bytes = new Float32Array(toBytes(source.data));
  const hasAlpha = source.channels === 4;
  if (hasAlpha) multiplyAlpha(bytes);
  const wide = resample({ ...source, data: bytes }, { width: size.width, height: source.height }, lanczosWeights);
  roundToBytes(wide.data);
  const done = resample(wide, size, lanczosWeights);
  roundToBytes(done.data);
  if (hasAlpha) divideAlpha(done.data);
  for (let i = 0; i < done.data.length; i += 1) done.data[i] /= 255;
  return done;
}

function roundToBytes(data: Float32Array): void {
  for (let i = 0; i < data.length; i += 1) data[i] = Math.min(Math.max(Math.floor(data[i] + 0.5), 0), 255);
}

function multiplyAlpha(rgba: Float32Array): void {
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3] / 255;
    for (let channel = i; channel < i + 3; channel += 1) rgba[channel] = Math.floor(rgba[channel] * alpha + 0.5);
  }
}

function divideAlpha(rgba: Float32Array): void {
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3];
    if (alpha === 0) continue;
    for (let channel = i; channel < i + 3; channel += 1) rgba[channel] = Math.min(Math.floor((255 * rgba[channel]) / alpha), 255);
  }
}
