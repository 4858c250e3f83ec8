import type { ModelRecipe } from '../types.ts';
import type { VaeConfig } from './config.ts';
import type { DiffusionEngine } from './engine.ts';
import { fromModelScale, toModelScale } from './latent-space.ts';
import { resizeImage, resizeLatent } from './resize.ts';
import { sliceBatch, type Tensor, zeros } from './tensor.ts';

/** Red, green and blue in about -1..1 as sums of a latent's channels (in the model's scale) and a constant. */
type PreviewFactors = { readonly channels: readonly (readonly number[])[]; readonly constant: readonly number[] };

/** The longer side of a preview in pixels; pictures that are smaller are shown at their own size. */
const previewSide = 256;
const pixelsPerLatent = 8;
/** Latents are made this small before a decoder sees them, which bounds what a preview costs. */
const decodedSide = 16;
/** The width of the decoders of Stable Diffusion. Narrower ones are quick, and no sum of channels comes near what they show. */
const fullWidth = 128;

/** Stable Diffusion 1's VAE, as measured by Keturn (Hugging Face forum, "Decoding latents to RGB without upscaling", 2022). */
const sd1Factors: PreviewFactors = {
  channels: [
    [0.298, 0.187, -0.158, -0.184],
    [0.207, 0.286, 0.189, -0.271],
    [0.208, 0.173, 0.264, -0.473],
  ],
  constant: [0, 0, 0],
};

/** The factor between SDXL's latents and what its VAE decodes. */
const sdxlScale = 0.13025;

/** SDXL's VAE, as measured by Timothy Alexis Vass ("Explaining the SDXL latent space", 2024). */
const sdxlFactors: PreviewFactors = {
  channels: [
    [0.4706, -0.4706, 0.1961, -0.549],
    [0.4706, -0.0392, 0.1176, -0.3922],
    [0.4706, 0.0784, -0.0392, -0.2745],
  ],
  constant: [0.1765, 0.098, 0.0196],
};

/**
 * A quick, small picture ([1, H, W, 3], 0..1) of the first of clean latents [B, 4, h, w] in the model's scale: by factors
 * for VAEs of the usual size, decoded from fewer pixels for smaller ones.
 */
export async function previewImage(latents: Tensor, model: ModelRecipe, engine: Pick<DiffusionEngine, 'decode'>): Promise<Tensor> {
  const { vae } = model.config;
  const first = sliceBatch(latents, 0, 1);
  const factors = knownFactors(vae);
  if (factors === undefined) return decodeSmall(first, model, engine);
  // Latents that were normalised by other means than the VAE's usual factor are brought back to it.
  const usual = vae.latent_mean === undefined ? first : toModelScale(fromModelScale(first, vae), { scale_factor: sdxlScale });
  return mixChannels(usual, factors);
}

function knownFactors({ channels, scale_factor: scale, latent_mean: mean }: VaeConfig): PreviewFactors | undefined {
  if (channels < fullWidth) return undefined;
  return scale === sdxlScale || mean !== undefined ? sdxlFactors : sd1Factors;
}

async function decodeSmall(latents: Tensor, { file, part, config }: ModelRecipe, engine: Pick<DiffusionEngine, 'decode'>): Promise<Tensor> {
  const small = resizeLatent(latents, fitWithin(latents, decodedSide), 'area');
  const z = fromModelScale(small, config.vae);
  const { data, shape } = await engine.decode({ recipe: 'vae', file, part, config: { vae: config.vae } }, z);
  return toImage(shape[2], shape[3], (color, i) => data[color * shape[2] * shape[3] + i]);
}

function mixChannels(latents: Tensor, factors: PreviewFactors): Tensor {
  const [, channels, height, width] = latents.shape;
  const pixels = height * width;
  const image = toImage(height, width, (color, i) => {
    let value = factors.constant[color];
    for (let channel = 0; channel < channels; channel++) value += factors.channels[color][channel] * latents.data[channel * pixels + i];
    return value;
  });
  const shown = { shape: [1, 1, height * pixelsPerLatent, width * pixelsPerLatent] };
  return resizeImage(image, fitWithin(shown, previewSide), 'bilinear');
}

/** A size of the same proportions whose longer side is at most `side`. */
function fitWithin({ shape }: Pick<Tensor, 'shape'>, side: number): { height: number; width: number } {
  const [, , height, width] = shape;
  const scale = Math.min(1, side / Math.max(height, width));
  return { height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) };
}

/** A picture in 0..1 from values in -1..1, given by colour and place. */
function toImage(height: number, width: number, valueAt: (color: number, i: number) => number): Tensor {
  const image = zeros([1, height, width, 3]);
  for (let i = 0; i < height * width; i++) {
    for (let color = 0; color < 3; color++) image.data[i * 3 + color] = Math.min(Math.max((valueAt(color, i) + 1) / 2, 0), 1);
  }
  return image;
}
