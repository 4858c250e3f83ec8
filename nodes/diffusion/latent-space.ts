import type { VaeConfig } from './config.ts';
import { map, type Tensor } from './tensor.ts';

type Scaling = Pick<VaeConfig, 'scale_factor' | 'latent_mean' | 'latent_std'>;

/** Latents [B, C, h, w] in the scale that the U-Net was trained on. All-zero ones, from which pictures start, stay as they are. */
export function toModelScale(samples: Tensor, scaling: Scaling): Tensor {
  if (samples.data.every((value) => value === 0)) return samples;
  const channelOf = channelIndex(samples);
  const { scale_factor: scale, latent_mean: mean, latent_std: std } = scaling;
  return map(samples, (value, i) => ((value - (mean?.[channelOf(i)] ?? 0)) * scale) / (std?.[channelOf(i)] ?? 1));
}

/** The other way round. */
export function fromModelScale(samples: Tensor, scaling: Scaling): Tensor {
  const channelOf = channelIndex(samples);
  const { scale_factor: scale, latent_mean: mean, latent_std: std } = scaling;
  return map(samples, (value, i) => (value * (std?.[channelOf(i)] ?? 1)) / scale + (mean?.[channelOf(i)] ?? 0));
}

function channelIndex({ shape: [, channels, height, width] }: Tensor): (i: number) => number {
  const pixels = height * width;
  return (i) => Math.floor(i / pixels) % channels;
}
