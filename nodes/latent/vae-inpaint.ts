import { defineNode, int, socket } from '../define.ts';
import { resizeMask } from '../diffusion/resize.ts';
import { map, type Tensor } from '../diffusion/tensor.ts';
import type { MaskValue } from '../types.ts';
import { cutImage, cutMask, greyOut } from './masked-pixels.ts';
import { encodePixels } from './vae.ts';
import { latentGrid } from './vae-pixels.ts';

export const vaeEncodeForInpaint = defineNode({
  type: 'VAEEncodeForInpaint',
  version: 1,
  title: 'VAE Encode (for Inpainting)',
  category: 'latent/inpaint',
  description: 'Turns a picture into latent form with the masked part greyed out, to be drawn anew at full denoise.',
  aliases: ['inpaint', 'outpaint', 'mask'],
  inputs: {
    pixels: socket('IMAGE'),
    vae: socket('VAE'),
    mask: socket('MASK', 'White (1) is drawn anew.'),
    grow_mask_by: int({
      default: 6,
      min: 0,
      max: 64,
      tooltip: 'Pixels beyond the mask that are drawn anew as well, so that no seam shows.',
    }),
  },
  outputs: { LATENT: 'LATENT' },
  device: 'accelerator',
  async run({ pixels, vae, mask, grow_mask_by }, context) {
    const [, height, width] = pixels.shape;
    const grid = latentGrid(height, width);
    const picture = cutImage(pixels, grid);
    const sized = cutMask(resizeMask(mask, { height, width }, 'bilinear'), grid);
    const solid = map(sized, (value) => (value > 0.5 ? 1 : 0));
    const samples = await encodePixels(greyOut(picture, solid), vae, context);
    return { LATENT: { samples, noiseMask: dilate(solid, grow_mask_by) } };
  },
});

/**
 * Masks [B, H, W] of 0 and 1 grown by a square of `side` pixels: 1 wherever the square that begins ceil((side - 1) / 2) pixels up and
 * left of a place holds a 1. One axis after the other.
 */
export function dilate(mask: MaskValue, side: number): MaskValue {
  if (side <= 1) return mask;
  const [, height, width] = mask.shape;
  return dilateAxis(dilateAxis(mask, side, width, 1), side, height, width);
}

/** `length` and `stride` of the axis; a running count of the ones inside the window makes it independent of `side`. */
function dilateAxis({ data, shape }: Tensor, side: number, length: number, stride: number): Tensor {
  const before = Math.ceil((side - 1) / 2);
  const after = side - 1 - before;
  const result = new Float32Array(data.length);
  for (let line = 0; line < data.length / length; line++) {
    const start = Math.floor(line / stride) * stride * length + (line % stride);
    let count = 0;
    for (let at = -after; at < length; at++) {
      const entering = at + after;
      const leaving = at - before - 1;
      if (entering < length) count += data[start + entering * stride];
      if (leaving >= 0) count -= data[start + leaving * stride];
      if (at >= 0) result[start + at * stride] = count > 0 ? 1 : 0;
    }
  }
  return { data: result, shape };
}
