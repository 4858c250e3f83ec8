import { describe, expect, it } from 'vitest';
import { linearConfig } from '../../test/linear-model.ts';
import { ProblemError } from '../problem.ts';
import type { ConditioningEntry, Control, ControlNetRecipe } from '../types.ts';
import type { UnetConfig } from './config.ts';
import { placeControls, withSharedControls } from './control.ts';
import type { ControlCall, UnetCall } from './engine.ts';
import { createModelSampling, percentToSigma } from './model-sampling.ts';
import { type SampleOptions, sampleLatents } from './sample.ts';
import { filled, map, repeatToBatch, type Tensor, tensor, zeros } from './tensor.ts';

const net: ControlNetRecipe = {
  recipe: 'control_net',
  file: { name: 'edges.safetensors', path: '/edges', fingerprint: 'edges' },
  config: { unet: linearConfig.unet },
};

function control(changes: Partial<Control> = {}): Control {
  const hint = filled([1, 64, 64, 3], 1);
  return { net, hint, strength: 1, startPercent: 0, endPercent: 1, sharedWithNegative: false, ...changes };
}

const prompt = (value: number, more: Partial<ConditioningEntry> = {}): ConditioningEntry => ({
  tokens: filled([1, 77, 8], value),
  ...more,
});
const sampling = createModelSampling(linearConfig.schedule);
const size = { height: 8, width: 8 };
const whole = { y: 0, x: 0, ...size };

/** A ControlNet whose single residual is the mean of each item's hint; keeps how many items (pictures times texts) it was asked for. */
function createNet() {
  const asked: { items: number; hint: readonly number[]; x: readonly number[] }[] = [];
  const contexts = new Set<Tensor>();
  let loads = 0;
  const call: ControlCall = async ({ x, hint, context }) => {
    contexts.add(context);
    asked.push({ items: context.shape[0], hint: hint.shape, x: x.shape });
    const hints = repeatToBatch(hint, context.shape[0]);
    const length = hints.data.length / hints.shape[0];
    const means = Array.from(
      { length: hints.shape[0] },
      (_, item) => hints.data.subarray(item * length, (item + 1) * length).reduce((sum, value) => sum + value, 0) / length,
    );
    return [tensor(Float32Array.from(means), [means.length, 1, 1, 1])];
  };
  const controlNet = async () => {
    loads += 1;
    return call;
  };
  return { asked, controlNet, effort: () => ({ loads, contexts: contexts.size }) };
}

/** Keeps the residuals that it is given, and predicts no noise. */
function createModel() {
  const residuals: (readonly number[] | undefined)[] = [];
  const unet: UnetCall = async (call) => {
    residuals.push(call.residuals && [...call.residuals[0].data]);
    return zeros([call.context.shape[0], 4, ...call.x.shape.slice(2)]);
  };
  return { residuals, unet };
}

async function sample(changes: Partial<SampleOptions>) {
  const { asked, controlNet, effort } = createNet();
  const { residuals, unet } = createModel();
  const latent = { samples: zeros([1, 4, 8, 8]) };
  await sampleLatents({
    unet,
    controlNet,
    config: linearConfig,
    positive: [prompt(1)],
    negative: [prompt(2)],
    cfg: 5,
    sampler: 'euler',
    sigmas: Float32Array.of(10, 0),
    latent,
    noise: zeros(latent.samples.shape),
    seed: 1n,
    onStep: () => {},
    ...changes,
  });
  return { asked, residuals, ...effort() };
}

describe('controls of a sampling', () => {
  it('load their net once, and give it the same text at every step', async () => {
    const sigmas = Float32Array.of(10, 5, 2, 0);
    const onOneSide = await sample({ positive: [prompt(1, { controls: [control()] })], sigmas });
    expect(onOneSide).toMatchObject({ loads: 1, contexts: 1 });
    expect(onOneSide.asked).toHaveLength(3);
    const both = await sample({ positive: [prompt(1, { controls: [control({ sharedWithNegative: true })] })], sigmas });
    expect(both).toMatchObject({ loads: 1, contexts: 1 });
  });

  it('that both sides share are computed once, for both', async () => {
    const controls = [control({ strength: 0.5 })];
    const { asked, residuals } = await sample({ positive: [prompt(1, { controls })], negative: [prompt(2, { controls })] });
    expect(asked).toEqual([{ items: 2, hint: [1, 3, 64, 64], x: [1, 4, 8, 8] }]);
    expect(residuals).toEqual([[0.5, 0.5]]);
  });

  it('of one side leave the other as it is', async () => {
    const { asked, residuals } = await sample({ positive: [prompt(1, { controls: [control()] })] });
    expect(asked.map(({ items }) => items)).toEqual([1]);
    expect(residuals).toEqual([[0, 1]]);
  });

  it('may differ between the sides', async () => {
    const [weak, strong] = [control({ strength: 0.25 }), control({ strength: 2 })];
    const { residuals } = await sample({ positive: [prompt(1, { controls: [strong] })], negative: [prompt(2, { controls: [weak] })] });
    expect(residuals).toEqual([[0.25, 2]]);
  });

  it('are shared with the negative side where they say so', async () => {
    const { residuals } = await sample({ positive: [prompt(1, { controls: [control({ sharedWithNegative: true })] })] });
    expect(residuals).toEqual([[1, 1]]);
  });

  it('add up, each with its strength', async () => {
    const grey = control({ hint: filled([1, 32, 32, 3], 0.5), strength: 0.5 });
    const { residuals } = await sample({ positive: [prompt(1, { controls: [control({ strength: 2 }), grey] })], cfg: 1 });
    expect(residuals).toEqual([[2.25]]);
  });

  it('differ for each item of a batch, and begin again where hints are fewer', async () => {
    const hint = tensor(
      Float32Array.from({ length: 2 * 64 * 64 * 3 }, (_, i) => (i < 64 * 64 * 3 ? 0 : 1)),
      [2, 64, 64, 3],
    );
    const latent = { samples: zeros([3, 4, 8, 8]) };
    const positive = [prompt(1, { controls: [control({ hint })] })];
    expect((await sample({ positive, cfg: 1, latent, noise: latent.samples })).residuals).toEqual([[0, 1, 0]]);
  });

  it('count within their range of the schedule alone', async () => {
    const early = control({ endPercent: 0.5 });
    const sigmas = Float32Array.of(percentToSigma(sampling, 0.2), percentToSigma(sampling, 0.8), 0);
    const { residuals } = await sample({ positive: [prompt(1, { controls: [early] })], cfg: 1, sigmas });
    expect(residuals).toEqual([[1], undefined]);
  });

  it('see of an area its part of the hint', async () => {
    const hint = map(zeros([1, 64, 64, 3]), (_, i) => (Math.floor(i / 3) % 64 < 32 ? 0 : 1));
    const area = { unit: 'latent', y: 0, x: 4, height: 8, width: 4 } as const;
    const { asked, residuals } = await sample({ positive: [prompt(1, { area, controls: [control({ hint })] }), prompt(3)], cfg: 1 });
    expect(asked).toEqual([{ items: 1, hint: [1, 3, 64, 32], x: [1, 4, 8, 4] }]);
    expect(residuals).toContainEqual([1]);
  });

  it('see the noisy latents alone of a model that is given more', async () => {
    const config = { ...linearConfig, unet: { ...linearConfig.unet, in_channels: 9 } };
    const { asked } = await sample({ config, positive: [prompt(1, { controls: [control()] })], cfg: 1 });
    expect(asked[0].x).toEqual([1, 4, 8, 8]);
  });

  it('are refused on a model of another family', async () => {
    const unet: UnetConfig = { ...linearConfig.unet, context_dim: 2048 };
    const wrong = control({ net: { ...net, config: { unet } } });
    const error = await sample({ negative: [prompt(2, { controls: [wrong] })] }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(String(error)).toContain('The ControlNet "edges.safetensors" was made for SDXL, but the model belongs to');
    expect(error).toMatchObject({ problem: { input: 'negative' } });
  });

  it('are refused on a model of the same family and other sizes', async () => {
    const unet: UnetConfig = { ...linearConfig.unet, model_channels: 2 * linearConfig.unet.model_channels };
    const positive = [prompt(1, { controls: [control({ net: { ...net, config: { unet } } })] })];
    await expect(sample({ positive })).rejects.toThrow("was made for a network of other sizes than the model's.");
  });
});

describe('withSharedControls', () => {
  const shared = control({ sharedWithNegative: true });
  const area = { y: 0, x: 0, height: 4, width: 4 };

  it('gives nothing to a side that has controls of its own', () => {
    const negative = [{ entry: prompt(2, { controls: [control()] }) }];
    expect(withSharedControls(negative, [{ entry: prompt(1, { controls: [shared] }) }])).toBe(negative);
  });

  it('passes over areas on both sides', () => {
    const negative = [{ entry: prompt(2), area }, { entry: prompt(3) }];
    const inArea = [{ entry: prompt(1, { controls: [shared] }), area }];
    expect(withSharedControls(negative, inArea)).toBe(negative);
    const [kept, given] = withSharedControls(negative, [...inArea, { entry: prompt(1, { controls: [shared] }) }]);
    expect(kept).toBe(negative[0]);
    expect(given.entry.controls).toEqual([shared]);
  });
});

describe('placeControls', () => {
  const hintOf = (image: Tensor) =>
    placeControls({ entry: prompt(1, { controls: [control({ hint: image })] }) }, whole, { size, items: 1, sampling })[0].hint;

  it('cuts the middle out of a hint of other proportions', () => {
    const wide = map(zeros([1, 32, 64, 3]), (_, i) => (Math.floor(i / 3) % 64 >= 16 && Math.floor(i / 3) % 64 < 48 ? 1 : 0));
    expect(new Set(hintOf(wide).data)).toEqual(new Set([1]));
  });

  it('takes the colours and leaves transparency', () => {
    const image = map(zeros([1, 64, 64, 4]), (_, i) => [0.1, 0.2, 0.3, 0.9][i % 4]);
    const { data, shape } = hintOf(image);
    expect(shape).toEqual([1, 3, 64, 64]);
    [0.1, 0.2, 0.3].forEach((value, channel) => {
      expect(data[channel * 64 * 64 + 77]).toBeCloseTo(value, 6);
    });
  });
});
