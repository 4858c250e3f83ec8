import { type Tensor, tensor } from '../diffusion/tensor.ts';

/** Pictures [B, H, W, C] with `channels` instead: opacity is dropped, or added as opaque. */
export function withChannels(image: Tensor, channels: number): Tensor {
  const [batch, height, width, own] = image.shape;
  if (own === channels) return image;
  const pixels = batch * height * width;
  const data = new Float32Array(pixels * channels).fill(1);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    for (let channel = 0; channel < Math.min(own, channels); channel += 1) {
      data[pixel * channels + channel] = image.data[pixel * own + channel];
    }
  }
  return tensor(data, [batch, height, width, channels]);
}
