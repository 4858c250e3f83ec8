import { defineNode, float } from '../define.ts';
import type { FreeU } from '../diffusion/models/free-u.ts';
import { refuseOnnx } from '../loaders/refuse-onnx.ts';
import type { ModelRecipe } from '../types.ts';
import { modelInput } from './inputs.ts';

const backbone = (level: string) => `How much stronger the picture's layout becomes at the ${level} level. 1 changes nothing.`;
const skip = (level: string) => `How much of the coarse part of the shortcuts is kept at the ${level} level. 1 changes nothing.`;

/** The inputs of both versions, which differ in their defaults. */
function inputs(defaults: Omit<FreeU, 'version'>) {
  const range = { min: 0, max: 10, step: 0.01 };
  return {
    model: modelInput,
    b1: float({ default: defaults.b1, ...range, tooltip: backbone('deepest') }),
    b2: float({ default: defaults.b2, ...range, tooltip: backbone('next') }),
    s1: float({ default: defaults.s1, ...range, tooltip: skip('deepest') }),
    s2: float({ default: defaults.s2, ...range, tooltip: skip('next') }),
  };
}

export const freeU = defineNode({
  type: 'FreeU',
  version: 1,
  title: 'FreeU',
  category: 'sampling/model',
  description: 'Weighs the parts of the network anew, for cleaner shapes at no cost of time or training.',
  aliases: ['free lunch', 'backbone', 'skip', 'quality'],
  inputs: inputs({ b1: 1.1, b2: 1.2, s1: 0.9, s2: 0.2 }),
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  run: ({ model, ...scales }) => ({ MODEL: withFreeU(model, { version: 1, ...scales }) }),
});

export const freeUV2 = defineNode({
  type: 'FreeU_V2',
  version: 1,
  title: 'FreeU (Version 2)',
  category: 'sampling/model',
  description: 'Weighs the parts of the network anew, for cleaner shapes; gentler than the first version where the picture is plain.',
  aliases: ['freeu v2', 'free lunch', 'backbone', 'skip', 'quality'],
  inputs: inputs({ b1: 1.3, b2: 1.4, s1: 0.9, s2: 0.2 }),
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  run: ({ model, ...scales }) => ({ MODEL: withFreeU(model, { version: 2, ...scales }) }),
});

function withFreeU(model: ModelRecipe, freeU: FreeU): ModelRecipe {
  refuseOnnx('model', model);
  return { ...model, freeU };
}
