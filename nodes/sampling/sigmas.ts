import { defineNode, int, socket } from '../define.ts';
import { tensor } from '../diffusion/tensor.ts';

export const splitSigmas = defineNode({
  type: 'SplitSigmas',
  version: 1,
  title: 'Split Noise Levels',
  category: 'sampling/schedules',
  description: 'Cuts noise levels in two at a step, for two samplers one after the other. The level at the cut belongs to both.',
  aliases: ['sigmas', 'divide'],
  inputs: {
    sigmas: socket('SIGMAS'),
    step: int({ default: 0, min: 0, max: 10000, tooltip: 'How many steps the first part gets.' }),
  },
  outputs: { high_sigmas: 'SIGMAS', low_sigmas: 'SIGMAS' },
  device: 'any',
  run({ sigmas: { data }, step }) {
    const [high, low] = [data.slice(0, step + 1), data.slice(step)];
    return { high_sigmas: tensor(high, [high.length]), low_sigmas: tensor(low, [low.length]) };
  },
});

/** A sampler that starts from no noise at all would divide by 0. */
const almostNoNoise = 0.0001;

export const flipSigmas = defineNode({
  type: 'FlipSigmas',
  version: 1,
  title: 'Flip Noise Levels',
  category: 'sampling/schedules',
  description: 'Turns noise levels around, so that a sampler works back from a picture towards the noise that would lead to it.',
  aliases: ['sigmas', 'reverse', 'unsample', 'invert'],
  inputs: { sigmas: socket('SIGMAS') },
  outputs: { SIGMAS: 'SIGMAS' },
  device: 'any',
  run({ sigmas }) {
    const flipped = sigmas.data.toReversed();
    if (flipped[0] === 0) flipped[0] = almostNoNoise;
    return { SIGMAS: tensor(flipped, sigmas.shape) };
  },
});
