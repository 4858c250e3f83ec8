import type { ConditioningEntry, PictureSize } from '../types.ts';
import type { ModelConfig } from './config.ts';
import { sinusoid } from './sinusoid.ts';

const sizeWidth = 256;

/**
 * The vector that SDXL's U-Nets take beside the prompt (Podell et al. 2023, section 2.2): the pooled prompt, then a sinusoid of
 * each of height, width, top, left, and the target's height and width; the refiner has an aesthetic score in place of the target.
 * Undefined for families without it. `size` is the picture's in pixels, for entries that say nothing else.
 */
export function admVector(
  config: Pick<ModelConfig, 'family' | 'unet'>,
  { pooledOutput, pictureSize, aestheticScore }: Pick<ConditioningEntry, 'pooledOutput' | 'pictureSize' | 'aestheticScore'>,
  size: { height: number; width: number },
  side: 'positive' | 'negative',
): Float32Array | undefined {
  const channels = config.unet.adm_channels;
  if (channels === null) return undefined;
  const { height, width, cropTop = 0, cropLeft = 0, target }: PictureSize = pictureSize ?? size;
  const last =
    config.family === 'sdxl_refiner'
      ? [aestheticScore ?? (side === 'positive' ? 6 : 2.5)]
      : [target?.height ?? height, target?.width ?? width];
  const scores = [height, width, cropTop, cropLeft, ...last];
  const result = new Float32Array(channels);
  const pooledWidth = channels - scores.length * sizeWidth;
  if (pooledOutput !== undefined) result.set(pooledOutput.data.subarray(0, pooledWidth));
  scores.forEach((value, i) => {
    result.set(sinusoid(value, sizeWidth), pooledWidth + i * sizeWidth);
  });
  return result;
}

/**
 * The numbers that follow the pooled prompt in `admVector`, read back from their sinusoids to a hundredth; they are below 29,000.
 * The slowest cosine and sine of each tell it, as their angle never gets once around.
 */
export function sizesBehind(sinusoids: Float32Array): number[] {
  const half = sizeWidth / 2;
  const slowest = 10000 ** (-(half - 1) / half);
  return Array.from({ length: sinusoids.length / sizeWidth }, (_, at) => {
    const last = at * sizeWidth + half - 1;
    return Math.round((100 * Math.atan2(sinusoids[last + half], sinusoids[last])) / slowest) / 100;
  });
}
