import { describe, expect, it } from 'vitest';
import { linearConfig as config, linearUnet } from '../../test/linear-model.ts';
import { ProblemError } from '../problem.ts';
import type { ConditioningEntry, LatentValue } from '../types.ts';
import type { UnetCall } from './engine.ts';
import { createGenerator } from './noise.ts';
import { noiseFor, noNoise, type SampleOptions, sampleLatents, samplerSigmas } from './sample.ts';
import { filled, map, tensor, zeros } from './tensor.ts';

/** The linear model; keeps what it was asked. */
function createModel() {
  const calls: Parameters<UnetCall>[0][] = [];
  const unet: UnetCall = (call) => {
    calls.push(call);
    return linearUnet(call);
  };
  return { calls, unet };
}

function batchOf({ context }: Parameters<UnetCall>[0]): number {
  return context.shape[0];
}

function promptOf(value: number, tokens = 77): ConditioningEntry {
  return { tokens: filled([1, tokens, 8], value) };
}

const source: LatentValue = { samples: createGenerator(5n).randn([1, 4, 16, 16]) };
const empty: LatentValue = { samples: zeros([1, 4, 16, 16]) };
const karras = (steps: number, denoise = 1) => samplerSigmas({ config, sampler: 'euler', scheduler: 'karras', steps, denoise });

function optionsOf(changes: Partial<SampleOptions>): SampleOptions {
  const latent = changes.latent ?? empty;
  return {
    unet: createModel().unet,
    controlNet: () => Promise.reject(new Error('nothing to follow')),
    config,
    positive: [promptOf(0.9)],
    negative: [promptOf(0.5)],
    cfg: 4,
    sampler: 'euler',
    sigmas: karras(4),
    latent,
    noise: noiseFor(latent, 1n),
    seed: 1n,
    onStep: () => {},
    ...changes,
  };
}

async function problemOf(options: SampleOptions) {
  const error: unknown = await sampleLatents(options).catch((reason: unknown) => reason);
  if (!(error instanceof ProblemError)) throw error;
  return error.problem;
}

describe('guidance', () => {
  it('asks for both sides in one call, and gives the picture once for both', async () => {
    const { calls, unet } = createModel();
    await sampleLatents(optionsOf({ unet }));
    expect(calls.map(batchOf)).toEqual([2, 2, 2, 2]);
    expect(calls.map(({ x }) => x.shape[0])).toEqual([1, 1, 1, 1]);
  });

  it('gives the pictures of a batch once for both sides, each with its own texts', async () => {
    const { calls, unet } = createModel();
    const latent = { samples: zeros([2, 4, 8, 8]) };
    await sampleLatents(optionsOf({ unet, latent, sigmas: karras(1) }));
    expect(calls.map(({ x, context }) => [x.shape[0], [...context.data.filter((_, i) => i % (77 * 8) === 0)]])).toEqual([
      [2, [0.5, 0.5, 0.9, 0.9].map(Math.fround)],
    ]);
  });

  it('gives each side its own where they see different parts of the picture, or more than it', async () => {
    const { calls, unet } = createModel();
    const half = (y: number) => ({ unit: 'latent', y, x: 0, height: 8, width: 16 }) as const;
    const parts = { positive: [{ ...promptOf(0.9), area: half(0) }], negative: [{ ...promptOf(0.5), area: half(8) }] };
    await sampleLatents(optionsOf({ unet, ...parts, sigmas: karras(1) }));
    const inpainting = { ...config, unet: { ...config.unet, in_channels: 9 } };
    const painted = { ...promptOf(0.9), concatLatent: filled([1, 4, 16, 16], 3), concatMask: filled([1, 16, 16], 1) };
    await sampleLatents(optionsOf({ unet, config: inpainting, positive: [painted], sigmas: karras(1) }));
    await sampleLatents(optionsOf({ unet, config: inpainting, positive: [painted], negative: [painted], sigmas: karras(1) }));
    const together = calls.filter(({ context }) => context.shape[0] > 1);
    expect(together.map(({ x, context }) => context.shape[0] / x.shape[0])).toEqual([1, 1, 2]);
  });

  it('leaves out the negative side at cfg 1, unless the sampler reads it', async () => {
    for (const [sampler, items] of [
      ['euler', 1],
      ['euler_cfg_pp', 2],
    ] as const) {
      const { calls, unet } = createModel();
      await sampleLatents(optionsOf({ unet, cfg: 1, sampler }));
      expect(new Set(calls.map(batchOf))).toEqual(new Set([items]));
    }
  });

  it('tells the scale to a model that was distilled from it, and leaves out the negative side', async () => {
    const { calls, unet } = createModel();
    const told = { ...config, unet: { ...config.unet, guidance_width: 6 } };
    await sampleLatents(optionsOf({ unet, config: told, cfg: 7.5, sigmas: Float32Array.of(1, 0) }));
    await sampleLatents(optionsOf({ unet, cfg: 7.5, sigmas: Float32Array.of(1, 0) }));
    expect(calls.map((call) => [batchOf(call), call.guidance])).toEqual([
      [1, 7.5],
      [2, undefined],
    ]);
  });

  it('is linear in cfg', async () => {
    const at = async (cfg: number) => (await sampleLatents(optionsOf({ cfg, sigmas: Float32Array.of(1, 0) }))).samples.data;
    const [one, two, three] = [await at(1), await at(2), await at(3)];
    three.forEach((value, i) => {
      expect(value - two[i]).toBeCloseTo(two[i] - one[i], 4);
    });
  });

  it('repeats tokens to a common length', async () => {
    const { calls, unet } = createModel();
    const long = { tokens: map(filled([1, 154, 8], 0.5), (value, i) => (i === 0 ? value : i)) };
    await sampleLatents(optionsOf({ unet, negative: [long], sigmas: karras(1) }));
    expect(calls.map(({ context }) => context.shape)).toEqual([[2, 154, 8]]);
  });

  it('asks apart for tokens whose common length would be too long', async () => {
    const { calls, unet } = createModel();
    await sampleLatents(optionsOf({ unet, negative: [promptOf(0.5, 77 * 5)], sigmas: karras(1) }));
    expect(calls).toHaveLength(2);
  });

  it('asks apart for large pictures', async () => {
    const { calls, unet } = createModel();
    await sampleLatents(optionsOf({ unet, latent: { samples: zeros([1, 4, 96, 96]) }, sigmas: karras(1) }));
    expect(calls.map(batchOf)).toEqual([1, 1]);
  });

  it('averages prompts by their strength', async () => {
    const at = async (positive: ConditioningEntry[]) =>
      (await sampleLatents(optionsOf({ positive, sigmas: karras(1), cfg: 1 }))).samples.data;
    const mixed = await at([
      { ...promptOf(1), strength: 3 },
      { ...promptOf(0), strength: 1 },
    ]);
    const expected = await at([promptOf(0.75)]);
    mixed.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 3);
    });
  });

  it('runs on an area beyond the picture as if it were not there', async () => {
    const beyond: ConditioningEntry = { ...promptOf(0), area: { unit: 'latent', y: 64, x: 0, height: 8, width: 8 } };
    const [withIt, without] = await Promise.all(
      [[promptOf(0.9), beyond], [promptOf(0.9)]].map((positive) => sampleLatents(optionsOf({ positive }))),
    );
    expect(withIt).toEqual(without);
  });
});

describe('sampleLatents', () => {
  it('gives each picture of a batch what it gets alone', async () => {
    const latent = { samples: zeros([3, 4, 8, 8]), batchIndex: [0, 1, 2] };
    const { samples } = await sampleLatents(optionsOf({ latent }));
    const alone = await sampleLatents(optionsOf({ latent: { samples: zeros([1, 4, 8, 8]), batchIndex: [2] } }));
    expect(samples.data.slice(-alone.samples.data.length)).toEqual(alone.samples.data);
  });

  it('returns the latents as they are where there is no step to take', async () => {
    for (const sigmas of [new Float32Array(0), Float32Array.of(3), karras(4, 0)]) {
      const { calls, unet } = createModel();
      expect((await sampleLatents(optionsOf({ unet, latent: source, sigmas }))).samples).toBe(source.samples);
      expect(calls).toHaveLength(0);
    }
  });

  it('keeps what a mask does not cover', async () => {
    const noiseMask = zeros([1, 16, 16]);
    noiseMask.data.fill(1, 0, 128);
    const { samples } = await sampleLatents(optionsOf({ latent: { ...source, noiseMask } }));
    samples.data.forEach((value, i) => {
      const isKept = i % 256 >= 128;
      if (isKept) expect(value).toBeCloseTo(source.samples.data[i], 5);
      else expect(Math.abs(value - source.samples.data[i])).toBeGreaterThan(0);
    });
  });

  it('tells the last prediction apart from latents that still hold noise', async () => {
    const result = await sampleLatents(optionsOf({ sigmas: karras(4).slice(0, 3) }));
    expect(result.samples).not.toEqual(result.denoised);
    const whole = await sampleLatents(optionsOf({}));
    expect(whole.samples).toEqual(whole.denoised);
  });

  it('reports each step and stops where told to', async () => {
    const seen: [number, number][] = [];
    await sampleLatents(optionsOf({ onStep: ({ step, steps }) => seen.push([step, steps]) }));
    expect(seen).toEqual([1, 2, 3, 4].map((step) => [step, 4]));
    const stop = new Error('stop');
    const stopping = optionsOf({
      onStep: () => {
        throw stop;
      },
    });
    await expect(sampleLatents(stopping)).rejects.toBe(stop);
  });

  it('says at which step the model answered with no numbers', async () => {
    let calls = 0;
    const unet: UnetCall = async ({ x }) => {
      calls += 1;
      return map(x, (value) => (calls === 2 ? Number.NaN : value));
    };
    const options = optionsOf({ unet, cfg: 1 });
    expect((await problemOf(options)).what).toContain('step 2 ');
  });

  it('says which sampler cannot climb to higher noise levels', async () => {
    const sigmas = Float32Array.of(0.5, 1, 2);
    expect((await problemOf(optionsOf({ sigmas, sampler: 'dpmpp_2m_sde' }))).what).toContain('The sampler dpmpp_2m_sde');
    expect((await problemOf(optionsOf({ sigmas: sigmas.slice(1), sampler: 'dpmpp_2m_sde' }))).what).toContain('The sampler dpmpp_2m_sde');
    expect((await sampleLatents(optionsOf({ sigmas }))).samples.data.every(Number.isFinite)).toBe(true);
  });

  it('refuses models and prompts that do not belong together', async () => {
    const wide = { tokens: zeros([1, 77, 16]) };
    expect(await problemOf(optionsOf({ negative: [promptOf(1), wide] }))).toEqual({
      input: 'negative',
      what: 'The prompt was encoded for a family that reads text 16 numbers wide, but the model belongs to a family that reads text 8 numbers wide.',
      fix: 'Encode the prompt with the CLIP output of the checkpoint that the model comes from.',
    });
    expect(await problemOf(optionsOf({ latent: { samples: zeros([1, 16, 16, 16]) } }))).toMatchObject({ input: 'latent_image' });
  });

  it('shows inpainting models the mask and the picture beside the noise, cropped with areas', async () => {
    const { calls, unet } = createModel();
    const inpainting = { ...config, unet: { ...config.unet, in_channels: 9 } };
    const half = tensor(
      Float32Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 0 : 1)),
      [1, 16, 16],
    );
    const entry = { ...promptOf(0.9), concatLatent: filled([1, 4, 16, 16], 3), concatMask: half };
    const area = { unit: 'latent', height: 16, width: 8, y: 0, x: 8 } as const;
    await sampleLatents(optionsOf({ unet, config: inpainting, positive: [{ ...entry, area }], negative: [entry], cfg: 2 }));
    const seen = calls.find(({ x }) => x.shape[3] === 8)?.x ?? zeros([1, 9, 1, 1]);
    expect(seen.shape.slice(1)).toEqual([9, 16, 8]);
    const channel = (index: number) => new Set(seen.data.subarray(index * 128, (index + 1) * 128));
    expect(channel(4)).toEqual(new Set([1]));
    expect(channel(5)).toEqual(new Set([3 * config.vae.scale_factor]));
    expect(channel(0).size).toBeGreaterThan(100);
  });

  it('starts without noise where none is to be added', async () => {
    const { calls, unet } = createModel();
    await sampleLatents(optionsOf({ unet, latent: source, noise: noNoise(source), sigmas: Float32Array.of(2, 0) }));
    const scale = config.vae.scale_factor / Math.sqrt(5);
    expect(calls[0].x.data[7]).toBeCloseTo(source.samples.data[7] * scale, 6);
  });
});

describe('samplerSigmas', () => {
  const options = { config, sampler: 'euler', scheduler: 'karras', steps: 6, denoise: 1 } as const;
  const whole = samplerSigmas(options);

  it('takes a range of the steps', () => {
    expect(samplerSigmas({ ...options, range: { start: 0, end: 3, endsOnZero: false } })).toEqual(whole.slice(0, 4));
    expect(samplerSigmas({ ...options, range: { start: 3, end: 10000, endsOnZero: true } })).toEqual(whole.slice(3));
  });

  it('ends on 0 where no noise may be left', () => {
    const sigmas = samplerSigmas({ ...options, range: { start: 1, end: 3, endsOnZero: true } });
    expect(sigmas).toEqual(Float32Array.of(whole[1], whole[2], 0));
  });

  it('is empty where the range holds no step', () => {
    for (const range of [
      { start: 3, end: 3, endsOnZero: false },
      { start: 6, end: 10000, endsOnZero: true },
      { start: 4, end: 2, endsOnZero: true },
    ]) {
      expect(samplerSigmas({ ...options, range })).toHaveLength(0);
    }
  });
});

it('draws the noise of a latent by its place in the batch', () => {
  const shape = [1, 4, 8, 8];
  expect(noiseFor({ samples: zeros(shape), batchIndex: [1] }, 1n)).toEqual(
    tensor(createGenerator(1n).randn([2, 4, 8, 8]).data.slice(256), shape),
  );
});
