import { defineNode, float, int } from '../define.ts';
import { refuseOnnx } from '../loaders/refuse-onnx.ts';
import { modelInput } from './inputs.ts';

export const int8Model = defineNode({
  type: 'Int8Model',
  version: 1,
  title: 'Faster: 8 Bit',
  category: 'sampling/model',
  description:
    'Computes with numbers rounded to 8 bits, on processors about twice as fast. Pictures of the starter model stay 99.8% like the exact ones (SSIM), 98% at worst; the same seed still gives the same picture. Graphics cards compute as before.',
  aliases: ['quantize', 'int8', 'speed', 'fast', 'cpu'],
  inputs: { model: modelInput },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  run({ model }) {
    refuseOnnx('model', model);
    return { MODEL: { ...model, int8: true } };
  },
});

export const deepCache = defineNode({
  type: 'DeepCache',
  version: 1,
  title: 'Faster: Reuse Deep Features',
  category: 'sampling/model',
  description:
    'Computes the whole network only at every few steps, and its last block alone between them: what lies deep inside changes little from one step to the next. Needs a sampler of 20 steps or more.',
  aliases: ['deepcache', 'speed', 'fast', 'cache', 'skip'],
  inputs: {
    model: modelInput,
    cache_interval: int({
      default: 2,
      min: 1,
      max: 10,
      tooltip:
        'At every how many steps the whole network runs. 2 is nearly twice as fast. At 20 steps, pictures of the starter model stay 99.6% like the exact ones (SSIM) with 2, 98.7% with 3 and 96% with 5; at worst 98%, 96% and 91%.',
    }),
    start_percent: float({
      default: 0,
      min: 0,
      max: 1,
      step: 0.001,
      tooltip: 'From which part of the way to the picture steps are shortened.',
    }),
    end_percent: float({
      default: 1,
      min: 0,
      max: 1,
      step: 0.001,
      tooltip: 'Up to which part of the way to the picture steps are shortened.',
    }),
  },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  run({ model, cache_interval: every, start_percent: start, end_percent: end }) {
    refuseOnnx('model', model);
    return { MODEL: { ...model, reuse: { every, start, end } } };
  },
});
