import { defineNode, float, socket } from '../define.ts';
import type { Tensor } from '../diffusion/tensor.ts';
import type { ImageValue } from '../types.ts';
import { gaussianBlur } from './blur.ts';
import { type Gradient, sobel, steepness } from './gradient.ts';
import { greyPicture, luminance } from './grey.ts';

export const canny = defineNode({
  type: 'Canny',
  version: 1,
  title: 'Canny Edges',
  category: 'image/preprocessor',
  description: 'Finds the outlines of a picture as thin white lines on black, for a ControlNet that draws along them.',
  aliases: ['edge detection', 'outline', 'controlnet'],
  inputs: {
    image: socket('IMAGE'),
    low_threshold: float({ default: 0.4, min: 0.01, max: 0.99, tooltip: 'Weaker edges count only where they continue a strong one.' }),
    high_threshold: float({ default: 0.8, min: 0.01, max: 0.99, tooltip: 'Edges from here on always count.' }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, low_threshold, high_threshold }) => ({ IMAGE: cannyEdges(image, low_threshold, high_threshold) }),
});

/**
 * Canny 1986, "A computational approach to edge detection", on pictures [B, H, W, C]; gives [B, H, W, 3] of 0 and 1.
 * Gaussian of 5x5 pixels with sigma 1, Sobel's gradient without normalisation (a sharp step from black to white is about 2.6
 * after the blur), the steepest pixel across each edge, then hysteresis over all eight neighbours. These are kornia's constants,
 * which ComfyUI uses; unlike there, of two equally steep neighbours one stays, so that sharp edges are not lost.
 */
export function cannyEdges(image: ImageValue, low: number, high: number): ImageValue {
  const smooth = gaussianBlur(luminance(image), 2, 0.5);
  const gradient = sobel(smooth);
  const ridges = thinned(gradient, steepness(gradient), smooth);
  return greyPicture(followed(ridges, smooth.shape, Math.min(low, high), high), smooth.shape);
}

/** tan(22.5 degrees): where one of eight directions ends. */
const sector = Math.SQRT2 - 1;

/** The steepness where it is largest along the direction of the gradient, 0 elsewhere. */
function thinned({ x, y }: Gradient, steep: Float32Array, { shape: [planes, height, width] }: Tensor): Float32Array {
  const ridges = new Float32Array(steep.length);
  for (let plane = 0; plane < planes; plane++) {
    const start = plane * height * width;
    const at = (row: number, column: number) =>
      row < 0 || column < 0 || row >= height || column >= width ? 0 : steep[start + row * width + column];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const index = start + row * width + column;
        const [dx, dy] = direction(x[index], y[index]);
        const here = steep[index];
        if (here > at(row - dy, column - dx) && here >= at(row + dy, column + dx)) ridges[index] = here;
      }
    }
  }
  return ridges;
}

/** The nearest of the eight neighbours in a direction; opposite directions give the same one. */
function direction(x: number, y: number): readonly [number, number] {
  const [wide, high] = [Math.abs(x), Math.abs(y)];
  if (high <= wide * sector) return [1, 0];
  if (wide <= high * sector) return [0, 1];
  return x > 0 === y > 0 ? [1, 1] : [-1, 1];
}

/** 1 at every ridge above `high`, and at those above `low` that a chain of such ridges joins to one; 0 elsewhere. */
function followed(ridges: Float32Array, [, height, width]: readonly number[], low: number, high: number): Float32Array {
  const edges = new Float32Array(ridges.length);
  const open: number[] = [];
  const mark = (index: number) => {
    edges[index] = 1;
    open.push(index);
  };
  for (const [index, steep] of ridges.entries()) if (steep > high) mark(index);
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const neighbour of neighbours(index, height, width)) {
      if (edges[neighbour] === 0 && ridges[neighbour] > low) mark(neighbour);
    }
  }
  return edges;
}

/** The pixels around one, within its own picture. */
function* neighbours(index: number, height: number, width: number): Iterable<number> {
  const column = index % width;
  const row = Math.floor(index / width) % height;
  for (let dy = row === 0 ? 0 : -1; dy <= (row === height - 1 ? 0 : 1); dy++) {
    for (let dx = column === 0 ? 0 : -1; dx <= (column === width - 1 ? 0 : 1); dx++) yield index + dy * width + dx;
  }
}
