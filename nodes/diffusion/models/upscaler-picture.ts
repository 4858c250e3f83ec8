import type { Size } from '../separable.ts';
import { type Tensor, tensor } from '../tensor.ts';

/** Pictures [B, C, H, W] made larger at the right and the bottom by what a mirror there would show. */
export function padPicture(image: Tensor, size: Size): Tensor {
  const [batch, channels, height, width] = image.shape;
  if (height === size.height && width === size.width) return image;
  const columns = Array.from({ length: size.width }, (_, x) => mirrored(x, width));
  const data = new Float32Array(batch * channels * size.height * size.width);
  let at = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < size.height; y++) {
      const row = (plane * height + mirrored(y, height)) * width;
      for (const x of columns) data[at++] = image.data[row + x];
    }
  }
  return tensor(data, [batch, channels, size.height, size.width]);
}

/** The top left part of pictures [B, C, H, W]. */
export function cropPicture(image: Tensor, size: Size): Tensor {
  const [batch, channels, height, width] = image.shape;
  if (height === size.height && width === size.width) return image;
  const data = new Float32Array(batch * channels * size.height * size.width);
  let at = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < size.height; y++) {
      const from = (plane * height + y) * width;
      data.set(image.data.subarray(from, from + size.width), at);
      at += size.width;
    }
  }
  return tensor(data, [batch, channels, size.height, size.width]);
}

/** The place among `length` that is seen at `at`, where both ends are mirrors that do not repeat the outermost place. */
function mirrored(at: number, length: number): number {
  if (length === 1) return 0;
  const folded = at % (2 * length - 2);
  return folded < length ? folded : 2 * length - 2 - folded;
}
