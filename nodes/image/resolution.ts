import { int } from '../define.ts';
import { resizeImage } from '../diffusion/resize.ts';
import type { ImageValue } from '../types.ts';

/** The field of preprocessors that says at which size they look at a picture. */
export const resolution = int({
  default: 512,
  min: 64,
  max: 16384,
  step: 64,
  tooltip: 'The shorter side of the result in pixels. Smaller: only the large shapes.',
});

/** Pictures [B, H, W, C] with a shorter side of `side` pixels. */
export function atResolution(image: ImageValue, side: number): ImageValue {
  const [, height, width] = image.shape;
  const factor = side / Math.min(height, width);
  if (factor === 1) return image;
  const size = { width: Math.round(width * factor), height: Math.round(height * factor) };
  return resizeImage(image, size, factor < 1 ? 'area' : 'bilinear');
}
