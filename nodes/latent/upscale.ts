import { combo, defineNode, float, int, socket } from '../define.ts';
import { cropModes, latentResizeMethods, resizeLatent } from '../diffusion/resize.ts';
import { roundHalfToEven } from '../diffusion/rounding.ts';
import type { Size } from '../diffusion/separable.ts';

const method = combo(latentResizeMethods, { tooltip: 'How values between the old ones are found. Bislerp keeps details most alive.' });

export const latentUpscale = defineNode({
  type: 'LatentUpscale',
  version: 1,
  title: 'Resize Latent',
  category: 'latent/transform',
  description: 'Changes the size of a latent picture. Sample it again at a denoise of about 0.5, for new details in the larger size.',
  aliases: ['scale', 'enlarge', 'hires fix'],
  inputs: {
    samples: socket('LATENT'),
    upscale_method: method,
    width: int({ default: 512, min: 0, max: 16384, step: 8, tooltip: 'New width in pixels; 0 takes it from the height.' }),
    height: int({ default: 512, min: 0, max: 16384, step: 8, tooltip: 'New height in pixels; 0 takes it from the width.' }),
    crop: combo(cropModes, { tooltip: 'With "center" the edges are cut off where the proportions differ, else the picture is stretched.' }),
  },
  outputs: { LATENT: 'LATENT' },
  device: 'any',
  run({ samples, upscale_method, width, height, crop }) {
    if (width === 0 && height === 0) return { LATENT: samples };
    const size = latentSize(samples.samples.shape, width, height);
    return { LATENT: { ...samples, samples: resizeLatent(samples.samples, size, upscale_method, crop) } };
  },
});

export const latentUpscaleBy = defineNode({
  type: 'LatentUpscaleBy',
  version: 1,
  title: 'Scale Latent',
  category: 'latent/transform',
  description: 'Makes a latent picture larger or smaller by a factor.',
  aliases: ['resize', 'enlarge', 'hires fix'],
  inputs: {
    samples: socket('LATENT'),
    upscale_method: method,
    scale_by: float({ default: 1.5, min: 0.01, max: 8, tooltip: '2 doubles width and height.' }),
  },
  outputs: { LATENT: 'LATENT' },
  device: 'any',
  run({ samples, upscale_method, scale_by }) {
    const [, , height, width] = samples.samples.shape;
    const scaled = (length: number) => Math.max(roundHalfToEven(length * scale_by), 1);
    const size = { width: scaled(width), height: scaled(height) };
    return { LATENT: { ...samples, samples: resizeLatent(samples.samples, size, upscale_method) } };
  },
});

/** The size in latent pixels for a width and height in pixels, of which one may be 0; neither gets under 64 pixels. */
function latentSize([, , ownHeight, ownWidth]: readonly number[], width: number, height: number): Size {
  const atLeast64 = (pixels: number) => Math.max(pixels, 64);
  const pixels = {
    width: atLeast64(width === 0 ? roundHalfToEven((ownWidth * atLeast64(height)) / ownHeight) : width),
    height: atLeast64(height === 0 ? roundHalfToEven((ownHeight * atLeast64(width)) / ownWidth) : height),
  };
  return { width: Math.floor(pixels.width / 8), height: Math.floor(pixels.height / 8) };
}
