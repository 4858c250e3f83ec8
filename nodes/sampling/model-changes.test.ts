import { describe, expect, it } from 'vitest';
import { linearConfig } from '../../test/linear-model.ts';
import { runFor } from '../../test/run-node.ts';
import type { ModelRecipe } from '../types.ts';
import { modelSamplingDiscrete, rescaleCfg } from './model-changes.ts';
import { sdTurboScheduler } from './schedulers.ts';

const model: ModelRecipe = { recipe: 'model', file: { name: 'linear', path: '/linear', fingerprint: 'linear' }, config: linearConfig };

describe('ModelSamplingDiscrete', () => {
  it('overrides what the file says of predictions, and nothing else', async () => {
    const changed = await runFor('MODEL', modelSamplingDiscrete, { model, sampling: 'v_prediction', zsnr: true });
    expect(changed.config.schedule).toEqual({ ...linearConfig.schedule, prediction: 'v', zero_terminal_snr: true });
    expect({ ...changed, config: { ...changed.config, schedule: linearConfig.schedule } }).toEqual(model);
  });
});

describe('RescaleCFG', () => {
  it('is kept in the recipe', async () => {
    expect(await runFor('MODEL', rescaleCfg, { model, multiplier: 0.5 })).toEqual({ ...model, rescaleCfg: 0.5 });
  });
});

describe('SDTurboScheduler', () => {
  const levels = async (steps: number, denoise: number) => [...(await runFor('SIGMAS', sdTurboScheduler, { model, steps, denoise })).data];

  it('steps through tenths of the schedule', async () => {
    const [whole, two] = [await levels(10, 1), await levels(2, 1)];
    expect(whole).toHaveLength(11);
    expect(whole[0]).toBeCloseTo(14.6146, 3);
    expect(two).toEqual([whole[0], whole[1], 0]);
  });

  it('starts later at a lower denoise', async () => {
    const whole = await levels(10, 1);
    expect(await levels(1, 0.5)).toEqual([whole[5], 0]);
  });
});
