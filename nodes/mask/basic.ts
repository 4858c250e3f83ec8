import { combo, defineNode, float, int, socket } from '../define.ts';
import { filled, map, tensor } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';

export const solidMask = defineNode({
  type: 'SolidMask',
  version: 1,
  title: 'Plain Mask',
  category: 'mask',
  description: 'A mask with the same value everywhere.',
  aliases: ['empty', 'full', 'new'],
  inputs: {
    value: float({ default: 1, min: 0, max: 1, tooltip: '1 is white (change this), 0 is black (keep this).' }),
    width: int({ default: 512, min: 1, max: 16384 }),
    height: int({ default: 512, min: 1, max: 16384 }),
  },
  outputs: { MASK: 'MASK' },
  device: 'any',
  run: ({ value, width, height }) => ({ MASK: filled([1, height, width], value) }),
});

export const invertMask = defineNode({
  type: 'InvertMask',
  version: 1,
  title: 'Invert Mask',
  category: 'mask',
  description: 'Makes white black and black white.',
  aliases: ['negative', 'reverse', 'swap'],
  inputs: { mask: socket('MASK') },
  outputs: { MASK: 'MASK' },
  device: 'any',
  run: ({ mask }) => ({ MASK: map(mask, (value) => 1 - value) }),
});

export const thresholdMask = defineNode({
  type: 'ThresholdMask',
  version: 1,
  title: 'Mask Threshold',
  category: 'mask',
  description: 'Turns a soft mask into a hard one: white where it is brighter than a value, black elsewhere.',
  aliases: ['binary', 'harden', 'cutoff'],
  inputs: { mask: socket('MASK'), value: float({ default: 0.5, min: 0, max: 1, tooltip: 'What is brighter than this becomes white.' }) },
  outputs: { MASK: 'MASK' },
  device: 'any',
  run: ({ mask, value }) => ({ MASK: map(mask, (own) => (own > value ? 1 : 0)) }),
});

export const maskToImage = defineNode({
  type: 'MaskToImage',
  version: 1,
  title: 'Mask to Picture',
  category: 'mask',
  description: 'Shows a mask as a grey picture.',
  aliases: ['convert', 'show'],
  inputs: { mask: socket('MASK') },
  outputs: { IMAGE: 'IMAGE' },
  device: 'any',
  run({ mask }) {
    const data = new Float32Array(mask.data.length * 3);
    for (let i = 0; i < data.length; i += 1) data[i] = mask.data[Math.floor(i / 3)];
    return { IMAGE: tensor(data, [...mask.shape, 3]) };
  },
});

const channels = ['red', 'green', 'blue', 'alpha'] as const;

export const imageToMask = defineNode({
  type: 'ImageToMask',
  version: 1,
  title: 'Picture to Mask',
  category: 'mask',
  description: 'Uses one channel of a picture as a mask.',
  aliases: ['convert', 'channel'],
  inputs: { image: socket('IMAGE'), channel: combo(channels, { tooltip: 'The mask is white where this is bright.' }) },
  outputs: { MASK: 'MASK' },
  device: 'any',
  run({ image, channel }) {
    const [batch, height, width, count] = image.shape;
    const offset = channels.indexOf(channel);
    if (offset >= count) {
      throw new ProblemError({
        input: 'channel',
        what: 'This picture has no alpha channel: it is opaque everywhere.',
        fix: 'Choose red, green or blue, or use the mask that Load Picture gives.',
      });
    }
    const data = new Float32Array(batch * height * width);
    for (let pixel = 0; pixel < data.length; pixel += 1) data[pixel] = image.data[pixel * count + offset];
    return { MASK: tensor(data, [batch, height, width]) };
  },
});
