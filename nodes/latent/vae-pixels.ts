import { type Tensor, tensor } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import type { ImageValue } from '../types.ts';

/** A latent pixel is this many pixels wide and high. */
export const latentScale = 8;

/**
 * What a VAE decoded, [B, 3, H, W] in about -1..1, as an image [B, H, W, 3] in 0..1.
 * Throws a ProblemError if a value is not a number.
 */
export function toImage(decoded: Tensor): ImageValue {
  const [batch, channels, height, width] = decoded.shape;
  const plane = height * width;
  const data = new Float32Array(decoded.data.length);
  for (let item = 0; item < batch; item++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (item * channels + channel) * plane;
      const to = item * channels * plane + channel;
      for (let pixel = 0; pixel < plane; pixel++) {
        const value = decoded.data[from + pixel];
        if (!Number.isFinite(value)) throw notFinite('samples');
        data[to + pixel * channels] = Math.min(Math.max(value / 2 + 0.5, 0), 1);
      }
    }
  }
  return tensor(data, [batch, height, width, channels]);
}

/**
 * An image [B, H, W, C] in 0..1 as a VAE takes it: [B, 3, H', W'] in -1..1, cut to multiples of 8 around the centre.
 * A grey image may have one channel; an alpha channel is left out. Throws a ProblemError if a side is under 8 pixels.
 */
export function toVaeInput(image: ImageValue): Tensor {
  const [batch, fullHeight, fullWidth, channels] = image.shape;
  const { height, width, top, left } = latentGrid(fullHeight, fullWidth);
  const data = new Float32Array(batch * 3 * height * width);
  let at = 0;
  for (let item = 0; item < batch; item++) {
    for (let channel = 0; channel < 3; channel++) {
      const source = channels < 3 ? 0 : channel;
      for (let y = 0; y < height; y++) {
        const row = ((item * fullHeight + top + y) * fullWidth + left) * channels + source;
        for (let x = 0; x < width; x++) data[at++] = image.data[row + x * channels] * 2 - 1;
      }
    }
  }
  return tensor(data, [batch, 3, height, width]);
}

export type LatentGrid = { readonly height: number; readonly width: number; readonly top: number; readonly left: number };

/** The largest part of a picture, around its centre, whose sides are multiples of 8. */
export function latentGrid(fullHeight: number, fullWidth: number): LatentGrid {
  const height = fullHeight - (fullHeight % latentScale);
  const width = fullWidth - (fullWidth % latentScale);
  if (height === 0 || width === 0) {
    throw new ProblemError({
      input: 'pixels',
      what: `The picture is ${fullWidth} x ${fullHeight} pixels, which is too small for a VAE.`,
      fix: 'Use a picture of at least 8 x 8 pixels.',
    });
  }
  return { height, width, top: Math.floor((fullHeight - height) / 2), left: Math.floor((fullWidth - width) / 2) };
}

/**
 * The means of moments [B, 2 C, h, w]: the latents [B, C, h, w] that a picture stands for. (Drawing from the distribution around
 * them would change nothing that one can see, and make the result depend on chance.)
 * Throws a ProblemError if a value is not a number.
 */
export function latentMeans({ data, shape: [batch, doubled, height, width] }: Tensor): Tensor {
  const half = (doubled / 2) * height * width;
  const means = new Float32Array(batch * half);
  for (let item = 0; item < batch; item++) means.set(data.subarray(item * 2 * half, item * 2 * half + half), item * half);
  if (!means.every(Number.isFinite)) throw notFinite('pixels');
  return tensor(means, [batch, doubled / 2, height, width]);
}

function notFinite(input: string): ProblemError {
  return new ProblemError({
    input,
    what: 'The VAE computed values that are not numbers (NaN), so there is no picture.',
    fix: 'Its input is damaged or the VAE does not belong to this model: use the VAE of the same checkpoint, or another VAE file.',
  });
}
