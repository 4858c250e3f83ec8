import { boolean, defineNode, int, socket } from '../define.ts';
import { map, type Tensor, tensor } from '../diffusion/tensor.ts';
import type { MaskValue } from '../types.ts';

export const growMask = defineNode({
  type: 'GrowMask',
  version: 1,
  title: 'Grow Mask',
  category: 'mask',
  description: 'Makes the white parts of a mask larger, or smaller with a negative number.',
  aliases: ['expand', 'shrink', 'dilate', 'erode'],
  inputs: {
    mask: socket('MASK'),
    expand: int({ default: 0, min: -16384, max: 16384, tooltip: 'By how many pixels.' }),
    tapered_corners: boolean({ default: true, tooltip: 'Cut corners off as the mask grows, instead of keeping them square.' }),
  },
  outputs: { MASK: 'MASK' },
  device: 'cpu',
  run: ({ mask, expand, tapered_corners }) => ({ MASK: grow(mask, expand, tapered_corners) }),
});

export const featherMask = defineNode({
  type: 'FeatherMask',
  version: 1,
  title: 'Feather Mask',
  category: 'mask',
  description: 'Lets a mask fade out towards the edges of the picture.',
  aliases: ['soften', 'fade', 'vignette'],
  inputs: {
    mask: socket('MASK'),
    left: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels over which it fades at the left.' }),
    top: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels over which it fades at the top.' }),
    right: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels over which it fades at the right.' }),
    bottom: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels over which it fades at the bottom.' }),
  },
  outputs: { MASK: 'MASK' },
  device: 'cpu',
  run: ({ mask, left, top, right, bottom }) => ({ MASK: feather(mask, { left, top, right, bottom }) }),
});

type Choice = (a: number, b: number) => number;

/**
 * Grey-scale dilation (`pixels` > 0) or erosion (< 0) of masks [B, H, W], a pixel at a time with a 3 x 3 square,
 * or with a cross if the corners are tapered. Nothing comes in from beyond the edges.
 */
export function grow(mask: MaskValue, pixels: number, taperedCorners: boolean): MaskValue {
  const [, height, width] = mask.shape;
  const choose: Choice = pixels > 0 ? Math.max : Math.min;
  // After as many steps every value has reached every pixel.
  const steps = Math.min(Math.abs(pixels), width + height);
  let current = mask;
  for (let step = 0; step < steps; step += 1) {
    const sideways = spreadSideways(current, choose);
    // The cross looks up and down at the old values, the square at those that have spread sideways.
    current = spreadUpAndDown(sideways, taperedCorners ? current : sideways, choose);
  }
  return current;
}

function spreadSideways({ data, shape }: Tensor, choose: Choice): Tensor {
  const width = shape[2];
  const out = new Float32Array(data.length);
  for (let row = 0; row < data.length; row += width) {
    const last = row + width - 1;
    for (let i = row; i <= last; i += 1) {
      const left = i > row ? data[i - 1] : data[i];
      const right = i < last ? data[i + 1] : data[i];
      out[i] = choose(choose(left, data[i]), right);
    }
  }
  return tensor(out, shape);
}

/** The better of each of `own` and its upper and lower neighbours in `around`. */
function spreadUpAndDown(own: Tensor, around: Tensor, choose: Choice): Tensor {
  const [batch, height, width] = own.shape;
  const out = new Float32Array(own.data.length);
  for (let row = 0; row < batch * height; row += 1) {
    const y = row % height;
    const up = y > 0 ? width : 0;
    const down = y < height - 1 ? width : 0;
    for (let i = row * width; i < (row + 1) * width; i += 1) {
      out[i] = choose(own.data[i], choose(around.data[i - up], around.data[i + down]));
    }
  }
  return tensor(out, own.shape);
}

type Margins = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/** Multiplies masks [B, H, W] by ramps from 1/n at an edge to 1 at n pixels from it. */
export function feather(mask: MaskValue, { left, top, right, bottom }: Margins): MaskValue {
  const [, height, width] = mask.shape;
  const columns = ramp(width, left, right);
  const rows = ramp(height, top, bottom);
  return map(mask, (value, index) => value * columns[index % width] * rows[Math.floor(index / width) % height]);
}

function ramp(length: number, before: number, after: number): number[] {
  const rise = (distance: number, over: number) => Math.min((distance + 1) / Math.min(over, length), 1);
  return Array.from({ length }, (_, at) => rise(at, before) * rise(length - 1 - at, after));
}
