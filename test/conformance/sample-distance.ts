import type { ModelConfig } from '../../nodes/diffusion/config.ts';
import type { UnetCall } from '../../nodes/diffusion/engine.ts';
import { noiseFor, noNoise, type StepRange, sampleLatents, samplerSigmas } from '../../nodes/diffusion/sample.ts';
import type { SchedulerName } from '../../nodes/diffusion/schedules.ts';
import { type Tensor, zeros } from '../../nodes/diffusion/tensor.ts';
import type { ConditioningEntry, ConditioningValue, LatentValue } from '../../nodes/types.ts';
import { relativeToStd, type Vectors } from './vectors.ts';

export type Setup = {
  readonly sampler: string;
  readonly scheduler: SchedulerName;
  readonly seed: bigint;
  readonly steps: number;
  readonly cfg: number;
  readonly denoise: number;
  readonly positive: ConditioningValue;
  readonly latent: LatentValue;
  readonly range?: StepRange;
  readonly addsNoise: boolean;
};

export type Model = { readonly config: ModelConfig; readonly unet: UnetCall };

/** Runs a sample of a reference file and returns its distance from what is expected, as a share of the standard deviation. */
export async function distance(model: Model, vectors: Vectors, name: string, changes: Partial<Setup>): Promise<number> {
  return relativeToStd(await sampleWith(model, vectors, changes), vectors.get(`sample/${name}`));
}

/** The latents of a sample with the prompts of a reference file. */
async function sampleWith({ config, unet }: Model, vectors: Vectors, changes: Partial<Setup>): Promise<Tensor> {
  const setup: Setup = {
    sampler: 'euler',
    scheduler: 'karras',
    seed: 7n,
    steps: 6,
    cfg: 5,
    denoise: 1,
    positive: [prompt(vectors, 1)],
    latent: { samples: zeros([1, 4, 16, 16]) },
    addsNoise: true,
    ...changes,
  };
  const { samples } = await sampleLatents({
    ...setup,
    unet,
    controlNet: () => Promise.reject(new Error('nothing to follow')),
    config,
    negative: [prompt(vectors, 0)],
    sigmas: samplerSigmas({ ...setup, config }),
    noise: setup.addsNoise ? noiseFor(setup.latent, setup.seed) : noNoise(setup.latent),
    onStep: () => {},
  });
  return samples;
}

/** The encoded prompt `index` of a reference file. */
export function prompt(vectors: Vectors, index: number): ConditioningEntry {
  return { tokens: vectors.get(`text/${index}/tokens`), pooledOutput: vectors.tensors.get(`text/${index}/pooled`) };
}
