import { combo, defineNode, float, int, socket } from '../define.ts';

const maxSide = 16384;
const strength = float({ default: 1, min: 0, max: 10, tooltip: 'How much this prompt counts against others in the same place.' });

export const conditioningSetArea = defineNode({
  type: 'ConditioningSetArea',
  version: 1,
  title: 'Prompt in Area',
  category: 'conditioning',
  description: 'Limits a prompt to a rectangle of the picture, given in pixels. Combine it with a prompt for the whole picture.',
  aliases: ['region', 'rectangle', 'composition'],
  inputs: {
    conditioning: socket('CONDITIONING'),
    width: int({ default: 64, min: 64, max: maxSide, step: 8, tooltip: 'Width of the rectangle in pixels.' }),
    height: int({ default: 64, min: 64, max: maxSide, step: 8, tooltip: 'Height of the rectangle in pixels.' }),
    x: int({ default: 0, min: 0, max: maxSide, step: 8, tooltip: 'Pixels between the left edge of the picture and the rectangle.' }),
    y: int({ default: 0, min: 0, max: maxSide, step: 8, tooltip: 'Pixels between the top edge of the picture and the rectangle.' }),
    strength,
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run({ conditioning, width, height, x, y, strength }) {
    const latent = (pixels: number) => Math.floor(pixels / 8);
    const area = { unit: 'latent', height: latent(height), width: latent(width), y: latent(y), x: latent(x) } as const;
    return { CONDITIONING: conditioning.map((entry) => ({ ...entry, area, strength, setAreaToBounds: false })) };
  },
});

export const conditioningSetAreaPercentage = defineNode({
  type: 'ConditioningSetAreaPercentage',
  version: 1,
  title: 'Prompt in Area (Share)',
  category: 'conditioning',
  description: 'Limits a prompt to a rectangle of the picture, given as shares of its size: 0.5 is half of it.',
  aliases: ['region', 'percent', 'fraction', 'composition'],
  inputs: {
    conditioning: socket('CONDITIONING'),
    width: float({ default: 1, min: 0, max: 1, tooltip: 'Width of the rectangle as a share of the picture.' }),
    height: float({ default: 1, min: 0, max: 1, tooltip: 'Height of the rectangle as a share of the picture.' }),
    x: float({ default: 0, min: 0, max: 1, tooltip: 'Left edge of the rectangle as a share of the picture.' }),
    y: float({ default: 0, min: 0, max: 1, tooltip: 'Top edge of the rectangle as a share of the picture.' }),
    strength,
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run({ conditioning, width, height, x, y, strength }) {
    const area = { unit: 'fraction', height, width, y, x } as const;
    return { CONDITIONING: conditioning.map((entry) => ({ ...entry, area, strength, setAreaToBounds: false })) };
  },
});

export const conditioningSetMask = defineNode({
  type: 'ConditioningSetMask',
  version: 1,
  title: 'Prompt in Mask',
  category: 'conditioning',
  description: 'Limits a prompt to the white part of a mask.',
  aliases: ['region', 'regional prompt'],
  inputs: {
    conditioning: socket('CONDITIONING'),
    mask: socket('MASK', 'White where the prompt counts.'),
    strength,
    set_cond_area: combo(['default', 'mask bounds'], {
      tooltip: 'With "mask bounds" the model sees only the rectangle around the mask, else the whole picture.',
    }),
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run: ({ conditioning, mask, strength, set_cond_area }) => ({
    CONDITIONING: conditioning.map((entry) => ({
      ...entry,
      mask,
      maskStrength: strength,
      setAreaToBounds: set_cond_area === 'mask bounds',
    })),
  }),
});

export const conditioningSetTimestepRange = defineNode({
  type: 'ConditioningSetTimestepRange',
  version: 1,
  title: 'Prompt in Time Range',
  category: 'conditioning',
  description: 'Limits a prompt to a part of the sampling: the beginning decides the composition, the end the details.',
  aliases: ['schedule', 'prompt editing', 'prompt travel'],
  inputs: {
    conditioning: socket('CONDITIONING'),
    start: float({ default: 0, min: 0, max: 1, step: 0.001, tooltip: 'Where it begins to count: 0 is the start of sampling.' }),
    end: float({ default: 1, min: 0, max: 1, step: 0.001, tooltip: 'Where it stops to count: 1 is the end of sampling.' }),
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run: ({ conditioning, start, end }) => ({
    CONDITIONING: conditioning.map((entry) => ({ ...entry, startPercent: start, endPercent: end })),
  }),
});
