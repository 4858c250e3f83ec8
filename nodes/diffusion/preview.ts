import type { ModelRecipe } from '../types.ts';
import type { VaeConfig } from './config.ts';
import type { DiffusionEngine } from './engine.ts';
import { solveLinear } from './linear-equations.ts';
import { createGenerator } from './noise.ts';
import { resizeImage } from './resize.ts';
import { type Tensor, zeros } from './tensor.ts';

/** Red, green and blue in about -1..1 as sums of a latent's channels (in the model's scale) and a constant. */
export type PreviewFactors = { readonly channels: readonly (readonly number[])[]; readonly constant: readonly number[] };

type Decode = (z: Tensor) => Promise<Tensor>;

/** The longer side of a preview in pixels: pictures that are smaller are shown at their own size. */
const previewSide = 256;
const pixelsPerLatent = 8;

/** Stable Diffusion 1's VAE, as measured by Keturn (Hugging Face forum, "Decoding latents to RGB without upscaling", 2022). */
const sd1Factors: PreviewFactors = {
  channels: [
    [0.298, 0.187, -0.158, -0.184],
    [0.207, 0.286, 0.189, -0.271],
    [0.208, 0.173, 0.264, -0.473],
  ],
  constant: [0, 0, 0],
};

/** SDXL's VAE, as measured by Timothy Alexis Vass ("Explaining the SDXL latent space", 2024). */
const sdxlFactors: PreviewFactors = {
  channels: [
    [0.4706, -0.4706, 0.1961, -0.549],
    [0.4706, -0.0392, 0.1176, -0.3922],
    [0.4706, 0.0784, -0.0392, -0.2745],
  ],
  constant: [0.1765, 0.098, 0.0196],
};

/** A quick, small picture ([1, H, W, 3], 0..1) of the first of clean latents [B, 4, h, w] in the model's scale. */
export function previewImage(latents: Tensor, factors: PreviewFactors): Tensor {
  const [, , height, width] = latents.shape;
  const pixels = height * width;
  const image = zeros([1, height, width, 3]);
  for (let i = 0; i < pixels; i++) {
    for (let color = 0; color < 3; color++) {
      let value = factors.constant[color];
      for (const [channel, factor] of factors.channels[color].entries()) value += factor * latents.data[channel * pixels + i];
      image.data[i * 3 + color] = Math.min(Math.max((value + 1) / 2, 0), 1);
    }
  }
  const scale = Math.min(pixelsPerLatent, previewSide / Math.max(height, width));
  const size = { height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) };
  return resizeImage(image, size, 'bilinear');
}

const fitted = new Map<string, Promise<PreviewFactors>>();

/** The factors that fit a checkpoint's VAE: known ones, or those that its decoder shows, found once for each file. */
export function previewFactors({ file, config }: ModelRecipe, engine: DiffusionEngine): Promise<PreviewFactors> {
  const known = knownFactors(config.vae);
  if (known !== undefined) return Promise.resolve(known);
  const running = fitted.get(file.fingerprint);
  if (running !== undefined) return running;
  const factors = fitFactors(config.vae, (z) => engine.decode({ recipe: 'vae', file, config: { vae: config.vae } }, z));
  fitted.set(file.fingerprint, factors);
  factors.catch(() => fitted.delete(file.fingerprint));
  return factors;
}

/** The big families' VAEs are told by their size and scale. */
function knownFactors({ channels, scale_factor: scale }: VaeConfig): PreviewFactors | undefined {
  if (channels !== 128) return undefined;
  if (scale === 0.18215) return sd1Factors;
  return scale === 0.13025 ? sdxlFactors : undefined;
}

const patchSide = 3;
const patchesPerSide = 6;

/**
 * Fits the factors to a decoder by least squares over even patches of random latents. `decode` takes latents [1, C, h, w]
 * already divided by the scale factor and gives pictures [1, 3, 8h, 8w] in about -1..1.
 */
export async function fitFactors(vae: Pick<VaeConfig, 'z_channels' | 'scale_factor'>, decode: Decode): Promise<PreviewFactors> {
  const side = patchSide * patchesPerSide;
  const channels = vae.z_channels;
  const colors = createGenerator(0n).randn([channels, patchesPerSide, patchesPerSide]).data;
  const latents = zeros([1, channels, side, side]);
  const patchAt = (channel: number, y: number, x: number) =>
    (channel * patchesPerSide + Math.floor(y / patchSide)) * patchesPerSide + Math.floor(x / patchSide);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < side * side; i++) {
      latents.data[channel * side * side + i] = colors[patchAt(channel, Math.floor(i / side), i % side)] / vae.scale_factor;
    }
  }
  const image = await decode(latents);
  const samples = Array.from({ length: patchesPerSide ** 2 }, (_, patch) => {
    const inputs = Array.from({ length: channels }, (_, channel) => colors[channel * patchesPerSide ** 2 + patch]);
    return { inputs: [...inputs, 1], outputs: [0, 1, 2].map((color) => patchCentre(image, color, patch)) };
  });
  const solution = leastSquares(samples);
  return {
    channels: [0, 1, 2].map((color) => solution.slice(0, channels).map((row) => row[color])),
    constant: solution[channels],
  };
}

/** The mean of a patch's middle latent pixel, which its neighbours tint least. */
function patchCentre({ data, shape }: Tensor, color: number, patch: number): number {
  const [, , height, width] = shape;
  const middle = (place: number) => (place * patchSide + 1) * pixelsPerLatent;
  const top = middle(Math.floor(patch / patchesPerSide));
  const left = middle(patch % patchesPerSide);
  let sum = 0;
  for (let y = top; y < top + pixelsPerLatent; y++) {
    for (let x = left; x < left + pixelsPerLatent; x++) sum += data[(color * height + y) * width + x];
  }
  return sum / pixelsPerLatent ** 2;
}

/** The factors [inputs][outputs] whose squared errors are least. */
function leastSquares(samples: readonly { inputs: readonly number[]; outputs: readonly number[] }[]): number[][] {
  const sumOf = (a: (sample: (typeof samples)[number]) => number) => samples.reduce((sum, sample) => sum + a(sample), 0);
  const rows = samples[0].inputs.map((_, i) => [
    ...samples[0].inputs.map((_, j) => sumOf(({ inputs }) => inputs[i] * inputs[j])),
    ...samples[0].outputs.map((_, j) => sumOf(({ inputs, outputs }) => inputs[i] * outputs[j])),
  ]);
  return solveLinear(rows);
}
