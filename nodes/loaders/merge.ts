import { defineNode, float, socket } from '../define.ts';
import { ProblemError } from '../problem.ts';
import type { BlockShares, ClipRecipe, ModelRecipe } from '../types.ts';
import { refuseOnnx } from './refuse-onnx.ts';

const modelInputs = {
  model1: socket('MODEL', 'The model that the result is like where the ratio is 1.'),
  model2: socket('MODEL', 'The model that the result is like where the ratio is 0. Of the same family.'),
};
const ratio = { default: 1, min: 0, max: 1 } as const;

export const modelMergeSimple = defineNode({
  type: 'ModelMergeSimple',
  version: 1,
  title: 'Merge Models',
  category: 'loaders/merge',
  description: 'Mixes the weights of two models of one family into a new one.',
  aliases: ['merge', 'mix', 'blend', 'checkpoint'],
  inputs: { ...modelInputs, ratio: float({ ...ratio, tooltip: 'How much of the first one is in the result; the rest is of the second.' }) },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  run: ({ model1, model2, ratio: share }) => ({ MODEL: merged(model1, model2, { input: share, middle: share, out: share }) }),
});

export const modelMergeBlocks = defineNode({
  type: 'ModelMergeBlocks',
  version: 1,
  title: 'Merge Models by Blocks',
  category: 'loaders/merge',
  description: 'Mixes two models of one family, with a ratio of its own for each part of the network.',
  aliases: ['merge', 'mix', 'block weighted'],
  inputs: {
    ...modelInputs,
    input: float({ ...ratio, tooltip: 'How much of the first model is in the first half, where the picture is taken in.' }),
    middle: float({ ...ratio, tooltip: 'How much of the first model is in the middle.' }),
    out: float({ ...ratio, tooltip: 'How much of the first model is in the second half, where the picture is put together.' }),
  },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  run: ({ model1, model2, input, middle, out }) => ({ MODEL: merged(model1, model2, { input, middle, out }) }),
});

export const clipMergeSimple = defineNode({
  type: 'CLIPMergeSimple',
  version: 1,
  title: 'Merge Text Encoders',
  category: 'loaders/merge',
  description: 'Mixes the weights of two text encoders of one family into a new one.',
  aliases: ['merge', 'mix', 'clip'],
  inputs: {
    clip1: socket('CLIP', 'The text encoder that the result is like where the ratio is 1.'),
    clip2: socket('CLIP', 'The text encoder that the result is like where the ratio is 0. Of the same family.'),
    ratio: float({ ...ratio, tooltip: 'How much of the first one is in the result; the rest is of the second.' }),
  },
  outputs: { CLIP: 'CLIP' },
  device: 'any',
  run: ({ clip1, clip2, ratio: share }) => ({ CLIP: mergedClip(clip1, clip2, share) }),
});

function merged(first: ModelRecipe, second: ModelRecipe, share: BlockShares): ModelRecipe {
  refuseOnnx('model1', first);
  refuseOnnx('model2', second);
  const [one, two] = [first, second].map(({ config }) => JSON.stringify(Object.entries(config.unet).sort()));
  if (one !== two) {
    throw new ProblemError({
      input: 'model2',
      what: `The models "${first.file.name}" and "${second.file.name}" cannot be merged: their networks are not built alike.`,
      fix: 'Choose two models of the same family, both for text to image or both for inpainting.',
    });
  }
  if (share.input === 1 && share.middle === 1 && share.out === 1) return first;
  const { file, part, config, patches } = second;
  return { ...first, patches: [...(first.patches ?? []), { kind: 'merge', with: { file, part, config, patches }, share }] };
}

function mergedClip(first: ClipRecipe, second: ClipRecipe, share: number): ClipRecipe {
  refuseOnnx('clip1', ...first.encoders);
  refuseOnnx('clip2', ...second.encoders);
  const build = ({ encoders }: ClipRecipe) =>
    JSON.stringify(encoders.map(({ config: { layout, width, layers, projection } }) => [layout, width, layers, projection]));
  if (build(first) !== build(second)) {
    const [one, two] = [first, second].map(({ encoders }) => encoders[0].file.name);
    throw new ProblemError({
      input: 'clip2',
      what: `The text encoders of "${one}" and "${two}" cannot be merged: they are not built alike.`,
      fix: 'Choose two text encoders of the same family, from files of the same layout.',
    });
  }
  if (share === 1) return first;
  return {
    ...first,
    encoders: first.encoders.map((encoder, index) => ({
      ...encoder,
      patches: [...(encoder.patches ?? []), { kind: 'merge', with: second.encoders[index], share }],
    })),
  };
}
