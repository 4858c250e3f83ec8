import { type Tensor, tensor } from '../diffusion/tensor.ts';
import type { ImageValue, MaskValue } from '../types.ts';

/** The colours of pictures [B, H, W, C] as [B, 3, H, W] (grey three times over), and their opacity [B, H, W] where they have one. */
export function splitAlpha(image: ImageValue): { colours: Tensor; alpha: MaskValue | undefined } {
  const [batch, height, width, channels] = image.shape;
  const plane = height * width;
  const colours = new Float32Array(batch * 3 * plane);
  for (let item = 0; item < batch; item++) {
    for (let channel = 0; channel < 3; channel++) {
      copyChannel(
        image,
        item,
        channels < 3 ? 0 : channel,
        colours.subarray((item * 3 + channel) * plane, (item * 3 + channel + 1) * plane),
      );
    }
  }
  return { colours: tensor(colours, [batch, 3, height, width]), alpha: channels === 4 ? alphaOf(image) : undefined };
}

function alphaOf(image: ImageValue): MaskValue {
  const [batch, height, width] = image.shape;
  const alpha = new Float32Array(batch * height * width);
  for (let item = 0; item < batch; item++) copyChannel(image, item, 3, alpha.subarray(item * height * width, (item + 1) * height * width));
  return tensor(alpha, [batch, height, width]);
}

function copyChannel({ data, shape: [, height, width, channels] }: ImageValue, item: number, channel: number, to: Float32Array): void {
  const from = item * height * width * channels + channel;
  for (let pixel = 0; pixel < to.length; pixel++) to[pixel] = data[from + pixel * channels];
}

/** Pictures [1, 3, H, W], one after the other, with their opacity [B, H, W], as an image [B, H, W, 3 or 4]; clamped to 0..1. */
export function joinAlpha(pictures: readonly Tensor[], alpha?: MaskValue): ImageValue {
  const [, , height, width] = pictures[0].shape;
  const plane = height * width;
  const channels = alpha === undefined ? 3 : 4;
  const data = new Float32Array(pictures.length * plane * channels);
  for (const [item, picture] of pictures.entries()) {
    const to = item * plane * channels;
    for (let channel = 0; channel < 3; channel++) {
      const from = picture.data.subarray(channel * plane, (channel + 1) * plane);
      for (let pixel = 0; pixel < plane; pixel++) data[to + pixel * channels + channel] = clamped(from[pixel]);
    }
    if (alpha === undefined) continue;
    const from = alpha.data.subarray(item * plane, (item + 1) * plane);
    for (let pixel = 0; pixel < plane; pixel++) data[to + pixel * 4 + 3] = clamped(from[pixel]);
  }
  return tensor(data, [pictures.length, height, width, channels]);
}

function clamped(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
