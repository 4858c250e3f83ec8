import type { ModelConfig } from './config.ts';

const sizeWidth = 256;

/**
 * The vector that SDXL's U-Nets take beside the prompt (Podell et al. 2023, section 2.2): the pooled prompt, then a sinusoid of
 * each of height, width, top, left, and the target's height and width; the refiner has an aesthetic score in place of the target.
 * Undefined for families without it. `size` is the picture's in pixels.
 */
export function admVector(
  config: Pick<ModelConfig, 'family' | 'unet'>,
  pooled: Float32Array | undefined,
  size: { height: number; width: number },
  side: 'positive' | 'negative',
): Float32Array | undefined {
  const channels = config.unet.adm_channels;
  if (channels === null) return undefined;
  const scores =
    config.family === 'sdxl_refiner'
      ? [size.height, size.width, 0, 0, side === 'positive' ? 6 : 2.5]
      : [size.height, size.width, 0, 0, size.height, size.width];
  const result = new Float32Array(channels);
  const pooledWidth = channels - scores.length * sizeWidth;
  if (pooled !== undefined) result.set(pooled.subarray(0, pooledWidth));
  scores.forEach((value, i) => {
    result.set(sinusoid(value), pooledWidth + i * sizeWidth);
  });
  return result;
}

/** Cosines, then sines, of `value` at frequencies from 1 down to 1/10000. */
function sinusoid(value: number): Float32Array {
  const half = sizeWidth / 2;
  const result = new Float32Array(sizeWidth);
  for (let i = 0; i < half; i++) {
    const angle = value * 10000 ** (-i / half);
    result[i] = Math.cos(angle);
    result[half + i] = Math.sin(angle);
  }
  return result;
}
