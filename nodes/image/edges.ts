import { defineNode, int, socket } from '../define.ts';
import { map, type Tensor } from '../diffusion/tensor.ts';
import type { ImageValue } from '../types.ts';
import { gaussianBlur } from './blur.ts';
import { withChannels } from './channels.ts';
import { sobel, steepness } from './gradient.ts';
import { greyPicture, luminance } from './grey.ts';
import { atResolution, resolution } from './resolution.ts';

export const sobelPreprocessor = defineNode({
  type: 'SobelPreprocessor',
  version: 1,
  title: 'Sobel Edges',
  category: 'image/preprocessor',
  description: 'Shows how strongly a picture changes at each place: soft edges, for ControlNets of the kinds softedge and lineart.',
  aliases: ['edge detection', 'soft edge', 'controlnet'],
  inputs: { image: socket('IMAGE'), resolution },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, resolution: side }) => ({ IMAGE: sobelEdges(atResolution(image, side)) }),
});

export const scribblePreprocessor = defineNode({
  type: 'ScribblePreprocessor',
  version: 1,
  title: 'Scribble from Drawing',
  category: 'image/preprocessor',
  description: 'Turns a drawing, dark on light or light on dark, into white lines on black, for a ControlNet of the kind scribble.',
  aliases: ['sketch', 'lines', 'controlnet'],
  inputs: { image: socket('IMAGE'), resolution },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, resolution: side }) => ({ IMAGE: scribble(atResolution(image, side)) }),
});

export const scribbleXdogPreprocessor = defineNode({
  type: 'Scribble_XDoG_Preprocessor',
  version: 1,
  title: 'Scribble from Picture',
  category: 'image/preprocessor',
  description: 'Turns any picture into a scribble: white lines where something dark meets something light.',
  aliases: ['xdog', 'sketch', 'lines', 'controlnet'],
  inputs: {
    image: socket('IMAGE'),
    threshold: int({ default: 32, min: 1, max: 64, tooltip: 'How dark a line must be against what is around it; less gives more lines.' }),
    resolution,
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, threshold, resolution: side }) => ({ IMAGE: xdogScribble(atResolution(image, side), threshold) }),
});

/** The length of Sobel's gradient, 1 for a step from black to white between neighbours. */
export function sobelEdges(image: ImageValue): ImageValue {
  const grey = luminance(image);
  const edges = steepness(sobel(grey)).map((steep) => Math.min(steep / 4, 1));
  return greyPicture(edges, grey.shape);
}

/** Pixels whose darkest colour is under one half are ink. In a drawing ink is what there is less of; it becomes white. */
export function scribble(image: ImageValue): ImageValue {
  const [batch, height, width] = image.shape;
  const darkest = lowestColour(image);
  const pixels = height * width;
  const lines = new Float32Array(batch * pixels);
  for (let item = 0; item < batch; item++) {
    const own = darkest.subarray(item * pixels, (item + 1) * pixels);
    const dark = own.reduce((count, value) => count + (value < 0.5 ? 1 : 0), 0);
    const inkIsDark = dark <= pixels / 2;
    for (const [pixel, value] of own.entries()) lines[item * pixels + pixel] = value < 0.5 === inkIsDark ? 1 : 0;
  }
  return greyPicture(lines, image.shape);
}

/**
 * Difference of Gaussians (Winnemoeller et al. 2012, with the two scales that ControlNet's tools use: sigma 0.5 and 5 pixels): white
 * where all colours are darker than around them by more than half of `threshold`, in 255ths.
 */
export function xdogScribble(image: ImageValue, threshold: number): ImageValue {
  const colours = withChannels(image, 3);
  const [fine, coarse] = [gaussianBlur(colours, 2, 0.25), gaussianBlur(colours, 20, 0.25)];
  const darker = lowestColour(map(coarse, (value, index) => value - fine.data[index]));
  return greyPicture(
    darker.map((value) => (2 * 255 * value > threshold ? 1 : 0)),
    image.shape,
  );
}

/** The smallest of the colours of each pixel of [B, H, W, C]. */
function lowestColour({ data, shape: [, , , channels] }: Tensor): Float32Array {
  const colours = Math.min(channels, 3);
  const lowest = new Float32Array(data.length / channels).fill(Number.POSITIVE_INFINITY);
  for (let pixel = 0; pixel < lowest.length; pixel++) {
    for (let colour = 0; colour < colours; colour++) lowest[pixel] = Math.min(lowest[pixel], data[pixel * channels + colour]);
  }
  return lowest;
}
