import { defineNode, float, optionalSocket, socket } from '../define.ts';
import type { ConditioningValue, Control } from '../types.ts';

const netInput = socket('CONTROL_NET', 'A ControlNet of the same family as the checkpoint.');
const imageInput = socket(
  'IMAGE',
  'The picture to follow, in the kind that the ControlNet was trained on: edges, depth, a pose, ... It is fitted to the size of the result.',
);
const strengthInput = float({
  default: 1,
  min: 0,
  max: 10,
  tooltip: 'How closely to follow the picture. 1 is as trained, 0 has no effect.',
});

export const controlNetApply = defineNode({
  type: 'ControlNetApply',
  version: 1,
  title: 'Follow Picture (ControlNet)',
  category: 'conditioning/controlnet',
  description: 'Makes the result follow the lines, depth or pose of a picture. Several can be applied one after another.',
  aliases: ['controlnet', 'control', 'apply'],
  inputs: {
    conditioning: socket('CONDITIONING', 'The positive prompt.'),
    control_net: netInput,
    image: imageInput,
    strength: strengthInput,
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run({ conditioning, control_net: net, image: hint, strength }) {
    const control: Control = { net, hint, strength, startPercent: 0, endPercent: 1, sharedWithNegative: true };
    return { CONDITIONING: withControl(conditioning, control) };
  },
});

export const controlNetApplyAdvanced = defineNode({
  type: 'ControlNetApplyAdvanced',
  version: 1,
  title: 'Follow Picture in Time Range (ControlNet)',
  category: 'conditioning/controlnet',
  description: 'Makes both prompts follow the lines, depth or pose of a picture during a part of the sampling. Several can be applied.',
  aliases: ['controlnet', 'control', 'apply', 'start percent', 'end percent'],
  inputs: {
    positive: socket('CONDITIONING', 'The positive prompt.'),
    negative: socket('CONDITIONING', 'The negative prompt.'),
    control_net: netInput,
    image: imageInput,
    strength: strengthInput,
    start_percent: float({ default: 0, min: 0, max: 1, step: 0.001, tooltip: 'Where it begins to count: 0 is the start of sampling.' }),
    end_percent: float({ default: 1, min: 0, max: 1, step: 0.001, tooltip: 'Where it stops to count: 1 is the end of sampling.' }),
    vae: optionalSocket('VAE', 'Only ControlNets that look at latents need it; those of the families that Weft knows look at pixels.'),
  },
  outputs: { positive: 'CONDITIONING', negative: 'CONDITIONING' },
  device: 'any',
  run({ positive, negative, control_net: net, image: hint, strength, start_percent: startPercent, end_percent: endPercent }) {
    const control: Control = { net, hint, strength, startPercent, endPercent, sharedWithNegative: false };
    return { positive: withControl(positive, control), negative: withControl(negative, control) };
  },
});

function withControl(conditioning: ConditioningValue, control: Control): ConditioningValue {
  if (control.strength === 0) return conditioning;
  return conditioning.map((entry) => ({ ...entry, controls: [...(entry.controls ?? []), control] }));
}
