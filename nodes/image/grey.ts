import { type Tensor, tensor } from '../diffusion/tensor.ts';
import type { ImageValue } from '../types.ts';

/** How bright pictures [B, H, W, C] look, as [B, H, W, 1]: the luma of ITU-R BT.601 (kornia's and OpenCV's grey). */
export function luminance({ data, shape: [batch, height, width, channels] }: ImageValue): Tensor {
  if (channels === 1) return { data, shape: [batch, height, width, 1] };
  const grey = new Float32Array(batch * height * width);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += channels) {
    grey[pixel] = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
  }
  return tensor(grey, [batch, height, width, 1]);
}

/** One value for each pixel, [B, H, W, ...], as a grey picture [B, H, W, 3]. */
export function greyPicture(values: Float32Array, [batch, height, width]: readonly number[]): ImageValue {
  const data = new Float32Array(3 * values.length);
  for (let pixel = 0; pixel < values.length; pixel++) data.fill(values[pixel], 3 * pixel, 3 * pixel + 3);
  return tensor(data, [batch, height, width, 3]);
}
