import { map, repeatToBatch, tensor } from '../diffusion/tensor.ts';
import type { ImageValue, MaskValue } from '../types.ts';
import type { LatentGrid } from './vae-pixels.ts';

/** The part of pictures [B, H, W, C] that `grid` names. */
export function cutImage(
  { data, shape: [batch, fullHeight, fullWidth, channels] }: ImageValue,
  { height, width, top, left }: LatentGrid,
): ImageValue {
  const rows = new Float32Array(batch * height * width * channels);
  for (let row = 0; row < batch * height; row++) {
    const source = Math.floor(row / height) * fullHeight + top + (row % height);
    const from = (source * fullWidth + left) * channels;
    rows.set(data.subarray(from, from + width * channels), row * width * channels);
  }
  return tensor(rows, [batch, height, width, channels]);
}

/** The same part of masks [B, H, W]. */
export function cutMask({ data, shape: [batch, height, width] }: MaskValue, grid: LatentGrid): MaskValue {
  const cut = cutImage({ data, shape: [batch, height, width, 1] }, grid);
  return { data: cut.data, shape: cut.shape.slice(0, 3) };
}

/** Masked pixels become mid-grey, so that nothing of them shows in the latents. */
export function greyOut(image: ImageValue, mask: MaskValue): ImageValue {
  const [batch, , , channels] = image.shape;
  const { data } = repeatToBatch(mask, batch);
  return map(image, (value, index) => (data[Math.floor(index / channels)] > 0 ? 0.5 : value));
}
