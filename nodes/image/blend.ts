import { combo, defineNode, float, socket } from '../define.ts';
import { resizeImage } from '../diffusion/resize.ts';
import { map, repeatToBatch } from '../diffusion/tensor.ts';
import { withChannels } from './channels.ts';

export const imageInvert = defineNode({
  type: 'ImageInvert',
  version: 1,
  title: 'Invert Picture',
  category: 'image/filter',
  description: 'Turns every colour into its opposite, like a film negative.',
  aliases: ['negative', 'reverse'],
  inputs: { image: socket('IMAGE') },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image }) => ({ IMAGE: map(image, (value) => 1 - value) }),
});

/** What lower value a and upper value b give, both in 0..1. Formulas as in the W3C's Compositing and Blending Level 1. */
const blendModes = {
  normal: (_, b) => b,
  multiply: (a, b) => a * b,
  screen: (a, b) => 1 - (1 - a) * (1 - b),
  overlay: (a, b) => (a <= 0.5 ? 2 * a * b : 1 - 2 * (1 - a) * (1 - b)),
  soft_light: (a, b) => (b <= 0.5 ? a - (1 - 2 * b) * a * (1 - a) : a + (2 * b - 1) * (softCurve(a) - a)),
  // Unlike the standard's, this one keeps its sign until values are clamped.
  difference: (a, b) => a - b,
} as const satisfies Record<string, (a: number, b: number) => number>;

function softCurve(a: number): number {
  return a <= 0.25 ? ((16 * a - 12) * a + 4) * a : Math.sqrt(a);
}

export const imageBlend = defineNode({
  type: 'ImageBlend',
  version: 1,
  title: 'Blend Pictures',
  category: 'image/filter',
  description: 'Lays one picture over another as paint programs do with layers. The upper one gets the size of the lower one.',
  aliases: ['mix', 'layer', 'multiply', 'screen', 'overlay'],
  inputs: {
    image1: socket('IMAGE', 'The lower picture.'),
    image2: socket('IMAGE', 'The upper picture.'),
    blend_factor: float({ default: 0.5, min: 0, max: 1, tooltip: 'How much of the effect is seen; 0 leaves the lower picture as it is.' }),
    blend_mode: combo(['normal', 'multiply', 'screen', 'overlay', 'soft_light', 'difference']),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ image1, image2, blend_factor, blend_mode }) {
    const [, height, width, channels] = image1.shape;
    const batch = Math.max(image1.shape[0], image2.shape[0]);
    const matched = withChannels(image2, channels);
    const fits = image2.shape[1] === height && image2.shape[2] === width;
    const sized = fits ? matched : resizeImage(matched, { width, height }, 'bicubic', 'center');
    const lower = repeatToBatch(image1, batch);
    const upper = repeatToBatch(sized, batch);
    const mix = blendModes[blend_mode];
    return {
      IMAGE: map(lower, (a, index) => {
        const blended = a * (1 - blend_factor) + mix(a, upper.data[index]) * blend_factor;
        return Math.min(Math.max(blended, 0), 1);
      }),
    };
  },
});
