import { combo, defineNode, float, int, socket } from '../define.ts';
import { cropModes, imageResizeMethods, resizeImage } from '../diffusion/resize.ts';
import { roundHalfToEven } from '../diffusion/rounding.ts';
import type { Size } from '../diffusion/separable.ts';

const method = combo(imageResizeMethods, {
  tooltip: 'Lanczos is sharpest, area is best for making pictures smaller, nearest-exact keeps hard pixels.',
});

export const imageScale = defineNode({
  type: 'ImageScale',
  version: 1,
  title: 'Resize Picture',
  category: 'image/transform',
  description: 'Changes the size of a picture.',
  aliases: ['scale', 'upscale', 'downscale', 'resolution'],
  inputs: {
    image: socket('IMAGE'),
    upscale_method: method,
    width: int({ default: 512, min: 0, max: 16384, tooltip: 'New width in pixels; 0 takes it from the height.' }),
    height: int({ default: 512, min: 0, max: 16384, tooltip: 'New height in pixels; 0 takes it from the width.' }),
    crop: combo(cropModes, { tooltip: 'With "center" the edges are cut off where the proportions differ, else the picture is stretched.' }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ image, upscale_method, width, height, crop }) {
    if (width === 0 && height === 0) return { IMAGE: image };
    const [, ownHeight, ownWidth] = image.shape;
    const size = {
      width: width === 0 ? atLeastOne(roundHalfToEven((ownWidth * height) / ownHeight)) : width,
      height: height === 0 ? atLeastOne(roundHalfToEven((ownHeight * width) / ownWidth)) : height,
    };
    return { IMAGE: resizeImage(image, size, upscale_method, crop) };
  },
});

export const imageScaleBy = defineNode({
  type: 'ImageScaleBy',
  version: 1,
  title: 'Scale Picture',
  category: 'image/transform',
  description: 'Makes a picture larger or smaller by a factor.',
  aliases: ['resize', 'upscale', 'downscale'],
  inputs: {
    image: socket('IMAGE'),
    upscale_method: method,
    scale_by: float({ default: 1, min: 0.01, max: 8, tooltip: '2 doubles width and height.' }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, upscale_method, scale_by }) => ({ IMAGE: resizeImage(image, scaled(image.shape, scale_by), upscale_method) }),
});

export const imageScaleToTotalPixels = defineNode({
  type: 'ImageScaleToTotalPixels',
  version: 1,
  title: 'Scale Picture to Megapixels',
  category: 'image/transform',
  description: 'Brings a picture of any proportions to the number of pixels that a model works best with.',
  aliases: ['resize', 'megapixels', 'resolution'],
  inputs: {
    image: socket('IMAGE'),
    upscale_method: method,
    megapixels: float({ default: 1, min: 0.01, max: 16, tooltip: '1 is as many pixels as 1024 x 1024 have.' }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ image, upscale_method, megapixels }) {
    const [, height, width] = image.shape;
    const factor = Math.sqrt(Math.trunc(megapixels * 1024 * 1024) / (width * height));
    return { IMAGE: resizeImage(image, scaled(image.shape, factor), upscale_method) };
  },
});

function scaled([, height, width]: readonly number[], factor: number): Size {
  return { width: atLeastOne(roundHalfToEven(width * factor)), height: atLeastOne(roundHalfToEven(height * factor)) };
}

function atLeastOne(pixels: number): number {
  return Math.max(pixels, 1);
}
