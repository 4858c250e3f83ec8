import { describe, expect, it } from 'vitest';
import { brownianIncrement, createBrownianPath } from '../brownian.ts';
import { createModelSampling, percentToSigma } from '../model-sampling.ts';
import { createGenerator } from '../noise.ts';
import { calculateSigmas } from '../schedules.ts';
import { samplerByName, samplerNames } from './registry.ts';
import { combine, type Denoiser, type SamplerRun, type Vector } from './sampler.ts';

const sampling = createModelSampling({
  beta_schedule: 'scaled_linear',
  beta_start: 0.00085,
  beta_end: 0.012,
  timesteps: 1000,
  prediction: 'eps',
});

/** Pictures whose values are normal with this mean and deviation: their best prediction is known in closed form. */
const mean = 0.3;
const deviation = 0.8;

const denoiseNormal: Denoiser = async (x, sigma) => {
  const share = deviation ** 2 / (deviation ** 2 + sigma ** 2);
  const denoised = x.map((value) => mean + (value - mean) * share);
  return { denoised, uncond: denoised };
};

const count = 4000;

function runOf(name: string, steps: number, onStep: SamplerRun['onStep'] = () => {}): SamplerRun & { start: Vector } {
  const { skipsPenultimate = false } = samplerByName(name);
  const sigmas = calculateSigmas({ scheduler: 'karras', sampling, steps, denoise: 1, skipsPenultimate });
  const total = Math.sqrt(deviation ** 2 + sigmas[0] ** 2);
  const start = createGenerator(1n).randn([count]).data;
  const generator = createGenerator(2n);
  return {
    denoise: denoiseNormal,
    start,
    x: start.map((z) => mean + z * total),
    sigmas,
    noise: {
      gaussian: () => generator.randn([count]).data,
      brownian: (from, to) => {
        const path = createBrownianPath({ seed: 3n, shape: [count], start: from, end: to });
        return (a, b) => brownianIncrement(path, a, b);
      },
    },
    percentToSigma: (percent) => percentToSigma(sampling, percent),
    onStep,
  };
}

/** The `_gpu` names stand for the same functions. */
const distinct = samplerNames.filter((name) => !name.endsWith('_gpu'));
const draws = /ancestral|sde|ddpm|lcm|seeds|sa_solver/;
/** Samplers that are consistent with the probability flow, and so end on its closed form. */
const deterministic = distinct.filter((name) => !draws.test(name));
/** Of first order, or with a tolerance of its own: 60 steps leave an error that shows. */
const coarse: readonly string[] = [
  'euler',
  'euler_cfg_pp',
  'ddim',
  'heunpp2',
  'gradient_estimation',
  'gradient_estimation_cfg_pp',
  'dpm_adaptive',
];
/** `lcm` jumps to predictions, and the second update of `dpmpp_2s_ancestral_cfg_pp` mixes predictions of two places: neither keeps the spread. */
const narrowing: readonly string[] = ['lcm', 'dpmpp_2s_ancestral_cfg_pp'];
const stochastic = distinct.filter((name) => draws.test(name) && !narrowing.includes(name));

describe('deterministic samplers', () => {
  it.each(deterministic)('follow the probability flow of a normal distribution: %s', async (name) => {
    const run = runOf(name, 60);
    const result = await samplerByName(name).sample(run);
    const worst = Math.max(...result.map((value, i) => Math.abs(value - (mean + run.start[i] * deviation))));
    expect(worst).toBeLessThan(coarse.includes(name) ? 0.15 : 0.006);
  });
});

describe('stochastic samplers', () => {
  it.each(stochastic)('end on the normal distribution that they were led to: %s', async (name) => {
    const result = await samplerByName(name).sample(runOf(name, 60));
    const average = result.reduce((sum, value) => sum + value, 0) / count;
    const spread = Math.sqrt(result.reduce((sum, value) => sum + (value - average) ** 2, 0) / count);
    expect(Math.abs(average - mean)).toBeLessThan(0.06);
    expect(Math.abs(spread - deviation)).toBeLessThan(0.08);
  });
});

describe('every sampler', () => {
  it.each(distinct)('reports its steps in order and stops where told to: %s', async (name) => {
    const steps: number[] = [];
    const stop = new Error('stop');
    const run = runOf(name, 12, ({ index }) => {
      steps.push(index);
      if (index === 2) throw stop;
    });
    await expect(samplerByName(name).sample(run)).rejects.toBe(stop);
    expect(steps).toEqual([0, 1, 2]);
  });

  it.each(distinct)('does not write to what it was given, and repeats itself: %s', async (name) => {
    const run = runOf(name, 5);
    const before = run.x.slice();
    const first = await samplerByName(name).sample(run);
    expect(run.x).toEqual(before);
    expect(await samplerByName(name).sample(runOf(name, 5))).toEqual(first);
  });

  it.each(distinct)('takes a single step: %s', async (name) => {
    const result = await samplerByName(name).sample(runOf(name, 1));
    expect(result.every(Number.isFinite)).toBe(true);
  });
});

it.each(samplerNames.filter((name) => name.endsWith('_gpu')))('knows %s as the sampler without that ending', (name) => {
  expect(samplerByName(name)).toEqual(samplerByName(name.slice(0, -4)));
});

it('combines vectors by their factors', () => {
  const a = Float32Array.of(1, 2);
  const b = Float32Array.of(10, 20);
  expect([...combine([2, a], [-1, b], [0, Float32Array.of(Number.NaN, Number.NaN)])]).toEqual([-8, -16]);
});
