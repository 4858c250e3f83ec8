import { describe, expect, it } from 'vitest';
import { linearConfig } from '../../test/linear-model.ts';
import { runFor, runNode } from '../../test/run-node.ts';
import { filled } from '../diffusion/tensor.ts';
import type { ControlNetRecipe } from '../types.ts';
import { controlNetApply, controlNetApplyAdvanced } from './control-net.ts';

const net: ControlNetRecipe = {
  recipe: 'control_net',
  file: { name: 'edges', path: '/edges', fingerprint: 'edges' },
  config: { unet: linearConfig.unet },
};
const image = filled([1, 8, 8, 3], 0.5);
const conditioning = [{ tokens: filled([1, 77, 8], 1) }, { tokens: filled([1, 77, 8], 2), strength: 0.5 }];

describe('ControlNetApply', () => {
  it('adds its control to every part of a prompt, behind those that are there', async () => {
    const inputs = { control_net: net, image };
    const once = await runFor('CONDITIONING', controlNetApply, { ...inputs, conditioning });
    const twice = await runFor('CONDITIONING', controlNetApply, { ...inputs, conditioning: once, strength: 0.4 });
    const shared = { net, hint: image, startPercent: 0, endPercent: 1, sharedWithNegative: true };
    const controls = [
      { ...shared, strength: 1 },
      { ...shared, strength: 0.4 },
    ];
    expect(twice).toEqual(conditioning.map((entry) => ({ ...entry, controls })));
  });

  it('changes nothing at strength 0', async () => {
    expect(await runFor('CONDITIONING', controlNetApply, { conditioning, control_net: net, image, strength: 0 })).toBe(conditioning);
  });
});

describe('ControlNetApplyAdvanced', () => {
  it('gives both sides the same control, so that it is computed for both at once', async () => {
    const [first, second] = conditioning;
    const inputs = { positive: [first], negative: [second], control_net: net, image, start_percent: 0.1, end_percent: 0.6 };
    const { positive, negative } = await runNode(controlNetApplyAdvanced, inputs);
    const control = { net, hint: image, strength: 1, startPercent: 0.1, endPercent: 0.6, sharedWithNegative: false };
    expect(positive).toEqual([{ ...first, controls: [control] }]);
    expect(negative).toEqual([{ ...second, controls: [control] }]);
  });
});
