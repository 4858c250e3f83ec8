import { describe, expect, it } from 'vitest';
import { linearConfig, linearUnet } from '../../test/linear-model.ts';
import { runNode, testContext } from '../../test/run-node.ts';
import type { NodeDefinition } from '../define.ts';
import type { DiffusionEngine } from '../diffusion/engine.ts';
import { filled, type Tensor, tensor, zeros } from '../diffusion/tensor.ts';
import { CancelledError, ProblemError } from '../problem.ts';
import type { LatentValue, ModelRecipe } from '../types.ts';
import { kSamplerSelect, samplerCustom } from './custom.ts';
import { kSampler, kSamplerAdvanced } from './ksampler.ts';
import { basicScheduler, exponentialScheduler, karrasScheduler } from './schedulers.ts';
import { flipSigmas, splitSigmas } from './sigmas.ts';

const model: ModelRecipe = { recipe: 'model', file: { name: 'linear', path: '/linear', fingerprint: 'linear' }, config: linearConfig };

/** A model that is linear in its input, and a decoder that repeats each channel: all that sampling nodes ask of an engine. */
const engine: DiffusionEngine = {
  unet: async () => linearUnet,
  checkpoint: () => Promise.reject(new Error('nothing to see')),
  decode: async (_, z) => filled([1, 3, 8 * z.shape[2], 8 * z.shape[3]], z.data[0]),
  encode: () => Promise.reject(new Error('nothing to encode')),
  encodeTokens: () => Promise.reject(new Error('nothing to encode')),
  embedding: () => Promise.reject(new Error('no embeddings')),
  encodeVision: () => Promise.reject(new Error('nothing to see')),
  controlNet: () => Promise.reject(new Error('nothing to follow')),
  upscale: () => Promise.reject(new Error('nothing to upscale')),
};

type Seen = { value: number; max: number; preview?: () => Promise<Tensor> | Tensor };

function contextOf(cancelAt = Number.POSITIVE_INFINITY) {
  const seen: Seen[] = [];
  const context = testContext({
    engine,
    progress(value, max, preview) {
      seen.push({ value, max, preview });
      if (value >= cancelAt) throw new CancelledError();
    },
  });
  return { context, seen };
}

function run(node: NodeDefinition, inputs: Record<string, unknown>, context = contextOf().context) {
  return runNode(node, inputs, context);
}

const prompts = { positive: [{ tokens: filled([1, 77, 8], 0.9) }], negative: [{ tokens: filled([1, 77, 8], 0.5) }] };
const latent: LatentValue = { samples: zeros([1, 4, 8, 8]), batchIndex: [2], noiseMask: filled([1, 64, 64], 1) };
const choice = { model, steps: 6, cfg: 4, sampler_name: 'euler', scheduler: 'karras', ...prompts };
const whole = () => run(kSampler, { ...choice, seed: 7n, latent_image: latent, denoise: 1 });

describe('KSampler', () => {
  it('keeps what else a latent holds', async () => {
    expect((await whole()).LATENT).toMatchObject({ batchIndex: [2], noiseMask: latent.noiseMask });
  });

  it('gives back the latent at denoise 0', async () => {
    const { LATENT } = await run(kSampler, { ...choice, seed: 7n, latent_image: latent, denoise: 0 });
    expect(LATENT).toEqual(latent);
  });

  it('reports each step, all but the last with a preview', async () => {
    const { context, seen } = contextOf();
    await run(kSampler, { ...choice, seed: 7n, latent_image: latent, denoise: 1 }, context);
    expect(seen.map(({ value, max }) => [value, max])).toEqual([1, 2, 3, 4, 5, 6].map((value) => [value, 6]));
    expect((await seen[0].preview?.())?.shape).toEqual([1, 64, 64, 3]);
    expect(seen[5].preview).toBeUndefined();
  });

  it('ends at the step at which it is cancelled', async () => {
    const { context, seen } = contextOf(3);
    const cancelled = run(kSampler, { ...choice, seed: 7n, latent_image: latent, denoise: 1 }, context);
    await expect(cancelled).rejects.toBeInstanceOf(CancelledError);
    expect(seen).toHaveLength(3);
  });
});

describe('KSamplerAdvanced', () => {
  it('does in two parts what KSampler does at once', async () => {
    const shared = { ...choice, noise_seed: 7n };
    const first = await run(kSamplerAdvanced, {
      ...shared,
      add_noise: 'enable',
      latent_image: latent,
      start_at_step: 0,
      end_at_step: 3,
      return_with_leftover_noise: 'enable',
    });
    const { LATENT } = await run(kSamplerAdvanced, {
      ...shared,
      add_noise: 'disable',
      latent_image: first.LATENT,
      start_at_step: 3,
      end_at_step: 10000,
      return_with_leftover_noise: 'disable',
    });
    expectClose(LATENT, (await whole()).LATENT);
  });
});

describe('SamplerCustom', () => {
  const custom = { model, cfg: 4, ...prompts };

  it('does in two parts with split noise levels what KSampler does at once', async () => {
    const { SAMPLER: sampler } = await run(kSamplerSelect, { sampler_name: 'euler' });
    const { SIGMAS: sigmas } = await run(basicScheduler, { model, scheduler: 'karras', steps: 6, denoise: 1 });
    const { high_sigmas, low_sigmas } = await run(splitSigmas, { sigmas, step: 2 });
    const high = { ...custom, sampler, add_noise: true, noise_seed: 7n, sigmas: high_sigmas, latent_image: latent };
    const first = await run(samplerCustom, high);
    const low = { ...custom, sampler, add_noise: false, noise_seed: 7n, sigmas: low_sigmas, latent_image: first.output };
    const second = await run(samplerCustom, low);
    expectClose(second.output, (await whole()).LATENT);
    expectClose(second.denoised_output, second.output);
    expect(first.denoised_output).not.toEqual(first.output);
  });
});

describe('noise levels', () => {
  it('fall from the highest to the lowest and then to 0', async () => {
    for (const [node, bend] of [
      [karrasScheduler, { rho: 7 }],
      [exponentialScheduler, {}],
    ] as const) {
      const { SIGMAS } = await run(node, { steps: 5, sigma_max: 10, sigma_min: 0.1, ...bend });
      const { data, shape } = tensorOf(SIGMAS);
      expect(shape).toEqual([6]);
      expect(data[0]).toBeCloseTo(10, 4);
      expect(data[4]).toBeCloseTo(0.1, 6);
      expect(data[5]).toBe(0);
    }
  });

  it('are refused where none follow', async () => {
    await expect(run(karrasScheduler, { steps: 5, sigma_max: 10, sigma_min: 0.1, rho: 0 })).rejects.toBeInstanceOf(ProblemError);
    await expect(run(exponentialScheduler, { steps: 5, sigma_max: 10, sigma_min: 0 })).rejects.toMatchObject({
      problem: { input: 'sigma_min' },
    });
  });

  it('flip, and never start from 0', async () => {
    const { SIGMAS } = await run(flipSigmas, { sigmas: tensor(Float32Array.of(3, 2, 0), [3]) });
    expect([...tensorOf(SIGMAS).data]).toEqual([Math.fround(0.0001), 2, 3]);
    const none = tensor(new Float32Array(0), [0]);
    expect((await run(flipSigmas, { sigmas: none })).SIGMAS).toEqual(none);
  });

  it('split at any step', async () => {
    const sigmas = tensor(Float32Array.of(3, 2, 0), [3]);
    const { high_sigmas, low_sigmas } = await run(splitSigmas, { sigmas, step: 10 });
    expect([...tensorOf(high_sigmas).data]).toEqual([3, 2, 0]);
    expect(tensorOf(low_sigmas).shape).toEqual([0]);
  });
});

function tensorOf(value: unknown): Tensor {
  return value as Tensor;
}

function expectClose(actual: unknown, expected: unknown): void {
  const wanted = (expected as LatentValue).samples.data;
  (actual as LatentValue).samples.data.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i], 4);
  });
}
