import { boolean, defineNode, socket } from '../define.ts';
import { resizeMask } from '../diffusion/resize.ts';
import { roundHalfToEven } from '../diffusion/rounding.ts';
import { map, zeros } from '../diffusion/tensor.ts';
import { cutImage, cutMask, greyOut } from '../latent/masked-pixels.ts';
import { encodePixels } from '../latent/vae.ts';
import { latentGrid } from '../latent/vae-pixels.ts';
import type { ConditioningEntry, ConditioningValue } from '../types.ts';

const positiveInput = socket('CONDITIONING', 'What the picture should show.');
const negativeInput = socket('CONDITIONING', 'What the picture should keep away from.');

export const inpaintModelConditioning = defineNode({
  type: 'InpaintModelConditioning',
  version: 1,
  title: 'Inpainting Model: Picture and Mask',
  category: 'conditioning/inpaint',
  description:
    'Shows a picture and its mask to a checkpoint that was made for inpainting, and prepares the latent. With other checkpoints use "VAE Encode (for Inpainting)".',
  aliases: ['inpaint', 'outpaint', 'mask'],
  inputs: {
    positive: positiveInput,
    negative: negativeInput,
    vae: socket('VAE'),
    pixels: socket('IMAGE'),
    mask: socket('MASK', 'White (1) is drawn anew.'),
    noise_mask: boolean({
      default: true,
      tooltip: 'Keeps everything outside the mask exactly. Turned off, the model may adapt it to what it draws.',
    }),
  },
  outputs: { positive: 'CONDITIONING', negative: 'CONDITIONING', latent: 'LATENT' },
  device: 'accelerator',
  async run({ positive, negative, vae, pixels, mask, noise_mask }, context) {
    const [, height, width] = pixels.shape;
    const grid = latentGrid(height, width);
    const picture = cutImage(pixels, grid);
    const sized = cutMask(resizeMask(mask, { height, width }, 'bilinear'), grid);
    const greyed = greyOut(picture, map(sized, roundHalfToEven));
    const seen = { concatLatent: await encodePixels(greyed, vae, context), concatMask: sized };
    const samples = await encodePixels(picture, vae, context);
    return {
      positive: withEach(positive, seen),
      negative: withEach(negative, seen),
      latent: noise_mask ? { samples, noiseMask: sized } : { samples },
    };
  },
});

export const instructPixToPixConditioning = defineNode({
  type: 'InstructPixToPixConditioning',
  version: 1,
  title: 'Editing Model: Picture',
  category: 'conditioning/edit',
  description:
    'Shows a picture to a checkpoint that edits by instruction (InstructPix2Pix): the prompt then says what to change, such as "make it snow".',
  aliases: ['instruct pix2pix', 'ip2p', 'edit'],
  inputs: { positive: positiveInput, negative: negativeInput, vae: socket('VAE'), pixels: socket('IMAGE') },
  outputs: { positive: 'CONDITIONING', negative: 'CONDITIONING', latent: 'LATENT' },
  device: 'accelerator',
  async run({ positive, negative, vae, pixels }, context) {
    const seen = { concatLatent: await encodePixels(pixels, vae, context) };
    const latent = { samples: zeros(seen.concatLatent.shape) };
    return { positive: withEach(positive, seen), negative: withEach(negative, seen), latent };
  },
});

function withEach(conditioning: ConditioningValue, seen: Partial<ConditioningEntry>): ConditioningValue {
  return conditioning.map((entry) => ({ ...entry, ...seen }));
}
