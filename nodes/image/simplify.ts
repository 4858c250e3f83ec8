import { boolean, defineNode, float, int, socket } from '../define.ts';
import { collectTaps } from '../diffusion/axis-weights.ts';
import { resizeImage, resizeMask } from '../diffusion/resize.ts';
import { resample } from '../diffusion/separable.ts';
import { repeatToBatch, tensor } from '../diffusion/tensor.ts';
import type { ImageValue, MaskValue } from '../types.ts';
import { gaussianBlur } from './blur.ts';
import { withChannels } from './channels.ts';
import { atResolution, resolution } from './resolution.ts';

export const tilePreprocessor = defineNode({
  type: 'TilePreprocessor',
  version: 1,
  title: 'Tile',
  category: 'image/preprocessor',
  description: 'Takes the detail out of a picture, which a ControlNet of the kind tile then paints anew.',
  aliases: ['detail', 'upscale', 'controlnet'],
  inputs: {
    image: socket('IMAGE'),
    pyrUp_iters: int({
      default: 3,
      min: 1,
      max: 10,
      tooltip: 'How often the picture is halved and doubled again; more leaves less detail.',
    }),
    resolution,
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, pyrUp_iters, resolution: side }) => ({ IMAGE: withoutDetail(atResolution(withChannels(image, 3), side), pyrUp_iters) }),
});

export const blurPreprocessor = defineNode({
  type: 'BlurPreprocessor',
  version: 1,
  title: 'Blur for ControlNet',
  category: 'image/preprocessor',
  description: 'Blurs a picture for a ControlNet of the kinds blur and tile, which then paints it sharp.',
  aliases: ['gaussian', 'deblur', 'controlnet'],
  inputs: {
    image: socket('IMAGE'),
    sigma: float({ default: 9, min: 0.1, max: 64, step: 0.1, tooltip: 'In pixels of the result.' }),
    resolution,
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ image, sigma, resolution: side }) {
    const radius = Math.ceil(4 * sigma);
    return { IMAGE: gaussianBlur(atResolution(withChannels(image, 3), side), radius, sigma / radius) };
  },
});

export const colorPreprocessor = defineNode({
  type: 'ColorPreprocessor',
  version: 1,
  title: 'Colour Grid',
  category: 'image/preprocessor',
  description: 'Leaves of a picture only large squares of its colours, for adapters that paint with a given palette.',
  aliases: ['color palette', 'mosaic', 'controlnet', 't2i adapter'],
  inputs: { image: socket('IMAGE'), resolution },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, resolution: side }) => ({ IMAGE: colourGrid(atResolution(withChannels(image, 3), side)) }),
});

export const inpaintPreprocessor = defineNode({
  type: 'InpaintPreprocessor',
  version: 1,
  title: 'Inpaint for ControlNet',
  category: 'image/preprocessor',
  description: 'Marks the masked part of a picture as unknown, for a ControlNet of the kind inpaint. It shows black.',
  aliases: ['mask', 'controlnet'],
  inputs: {
    image: socket('IMAGE'),
    mask: socket('MASK'),
    black_pixel_for_xinsir_cn: boolean({
      default: false,
      tooltip: "Marks by black, as xinsir's ControlNets for SDXL expect; others expect the value -1.",
    }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, mask, black_pixel_for_xinsir_cn: black }) => ({ IMAGE: unknownWhereMasked(image, mask, black ? 0 : -1) }),
});

/** Halved `times` by means of squares, then doubled as often with the smoothing kernel (1, 4, 6, 4, 1) / 16 of Burt and Adelson 1983. */
export function withoutDetail(image: ImageValue, times: number): ImageValue {
  const [batch, height, width, channels] = image.shape;
  const small = { width: Math.max(Math.round(width / 2 ** times), 1), height: Math.max(Math.round(height / 2 ** times), 1) };
  let grid = { data: resizeImage(image, small, 'area').data, planes: batch, channels, ...small };
  for (let step = 0; step < times; step++) {
    grid = { ...resample(grid, { width: 2 * grid.width, height: 2 * grid.height }, doublingWeights) };
  }
  return resizeImage(tensor(grid.data, [batch, grid.height, grid.width, channels]), { width, height }, 'bilinear');
}

/** Even places lie on a pixel, odd ones between two. At the ends the outermost pixel is repeated. */
function doublingWeights(from: number, to: number) {
  return collectTaps(to, (index) => {
    const at = Math.floor(index / 2);
    const taps: readonly (readonly [number, number])[] =
      index % 2 === 0
        ? [
            [at - 1, 1 / 8],
            [at, 6 / 8],
            [at + 1, 1 / 8],
          ]
        : [
            [at, 1 / 2],
            [at + 1, 1 / 2],
          ];
    const start = Math.max(taps[0][0], 0);
    const end = Math.min(at + 1, from - 1);
    const weights = new Array<number>(end - start + 1).fill(0);
    for (const [place, weight] of taps) weights[Math.min(Math.max(place, 0), from - 1) - start] += weight;
    return { start, weights };
  });
}

/** The side of a square in pixels, as the adapters for colours were trained with. */
const gridSide = 64;

/** Squares of about 64 pixels, each of the mean colour of what it covers. */
export function colourGrid(image: ImageValue): ImageValue {
  const [, height, width] = image.shape;
  const squares = { width: Math.max(Math.floor(width / gridSide), 1), height: Math.max(Math.floor(height / gridSide), 1) };
  return resizeImage(resizeImage(image, squares, 'area'), { width, height }, 'nearest-exact');
}

/** Pictures [B, H, W, 3] that have the value `unknown` where the mask, brought to their size, is above one half. */
function unknownWhereMasked(image: ImageValue, mask: MaskValue, unknown: number): ImageValue {
  const [batch, height, width] = image.shape;
  const own = repeatToBatch(resizeMask(mask, { width, height }, 'bilinear'), batch).data;
  const colours = withChannels(image, 3);
  return tensor(
    colours.data.map((value, index) => (own[Math.floor(index / 3)] > 0.5 ? unknown : value)),
    colours.shape,
  );
}
