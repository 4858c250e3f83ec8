import { defineNode, float, int, socket } from '../define.ts';
import { type AxisWeights, collectTaps } from '../diffusion/axis-weights.ts';
import { filterBoth } from '../diffusion/separable.ts';
import { map, type Tensor, tensor } from '../diffusion/tensor.ts';

export const imageBlur = defineNode({
  type: 'ImageBlur',
  version: 1,
  title: 'Blur Picture',
  category: 'image/filter',
  description: 'Makes a picture softer.',
  aliases: ['gaussian', 'soften', 'smooth'],
  inputs: {
    image: socket('IMAGE'),
    blur_radius: int({ default: 1, min: 1, max: 31, tooltip: 'How many pixels away a colour is felt.' }),
    sigma: float({ default: 1, min: 0.1, max: 10, step: 0.1, tooltip: 'How evenly: small values favour the middle of the radius.' }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, blur_radius, sigma }) => ({ IMAGE: gaussianBlur(image, blur_radius, sigma) }),
});

export const imageSharpen = defineNode({
  type: 'ImageSharpen',
  version: 1,
  title: 'Sharpen Picture',
  category: 'image/filter',
  description: 'Brings out the edges in a picture.',
  aliases: ['unsharp mask', 'detail', 'crisp'],
  inputs: {
    image: socket('IMAGE'),
    sharpen_radius: int({ default: 1, min: 1, max: 31, tooltip: 'How wide an edge is, in pixels.' }),
    sigma: float({ default: 1, min: 0.1, max: 10, tooltip: 'How evenly: small values favour the middle of the radius.' }),
    alpha: float({ default: 1, min: 0, max: 5, tooltip: 'How much.' }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ image, sharpen_radius, sigma, alpha }) {
    // An unsharp mask whose usual amount is ten times alpha.
    const blurred = gaussianBlur(image, sharpen_radius, sigma);
    const amount = 10 * alpha;
    return {
      IMAGE: map(image, (value, index) => Math.min(Math.max(value + amount * (value - blurred.data[index]), 0), 1)),
    };
  },
});

/** Blurs pictures [B, H, W, C]. `sigma` counts in radii, not in pixels; edges are mirrored without repeating the outermost pixel. */
export function gaussianBlur(image: Tensor, radius: number, sigma: number): Tensor {
  const [planes, height, width, channels] = image.shape;
  const kernel = gaussian(radius, sigma);
  const { data } = filterBoth({ data: image.data, planes, height, width, channels }, mirrored(kernel, width), mirrored(kernel, height));
  return tensor(data, image.shape);
}

/** 2 radius + 1 samples of exp(-x^2 / (2 sigma^2)) for x from -1 to 1, with the sum 1. */
function gaussian(radius: number, sigma: number): number[] {
  const raw = Array.from({ length: 2 * radius + 1 }, (_, index) => Math.exp(-((index / radius - 1) ** 2) / (2 * sigma ** 2)));
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => value / sum);
}

/** The kernel centred on each of `length` pixels; what reaches over an edge is folded back. */
function mirrored(kernel: readonly number[], length: number): AxisWeights {
  const radius = (kernel.length - 1) / 2;
  const last = length - 1;
  return collectTaps(length, (centre) => {
    const start = Math.max(centre - radius, 0);
    const weights = new Array<number>(Math.min(centre + radius, last) - start + 1).fill(0);
    for (const [index, weight] of kernel.entries()) weights[reflect(centre + index - radius, last) - start] += weight;
    return { start, weights };
  });
}

function reflect(at: number, last: number): number {
  if (last === 0) return 0;
  const folded = Math.abs(at) % (2 * last);
  return folded <= last ? folded : 2 * last - folded;
}
