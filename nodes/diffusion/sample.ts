import { ProblemError } from '../problem.ts';
import type { ConditioningValue, LatentValue, MaskValue } from '../types.ts';
import { fitMask } from './areas.ts';
import { brownianIncrement, createBrownianPath } from './brownian.ts';
import { latentChannels } from './concat-input.ts';
import type { ModelConfig } from './config.ts';
import { checkControls } from './control.ts';
import type { DiffusionEngine, UnetCall } from './engine.ts';
import { familyReading } from './families.ts';
import { createGuidedDenoiser } from './guidance.ts';
import { fromModelScale, toModelScale } from './latent-space.ts';
import { createModelSampling, type ModelSampling, percentToSigma } from './model-sampling.ts';
import { createGenerator, initialNoise } from './noise.ts';
import { samplerByName } from './samplers/registry.ts';
import type { Denoiser, NoiseSource, SamplerRun, Vector } from './samplers/sampler.ts';
import { calculateSigmas, type SchedulerName } from './schedules.ts';
import { repeatToBatch, type Tensor, tensor, zeros } from './tensor.ts';
import type { EmbeddingStatistics } from './unclip.ts';

/** The state of a run after one more prediction. */
type SampleProgress = {
  /** Steps begun, from 1. */
  readonly step: number;
  readonly steps: number;
  /** The clean latents that the model now expects, in its own scale [B, 4, h, w]. */
  readonly denoised: Tensor;
};

export type SampleOptions = {
  /** Loaded in the form that takes residuals where a prompt carries controls. */
  readonly unet: UnetCall;
  /** Loads the ControlNets that the prompts carry. */
  readonly controlNet: DiffusionEngine['controlNet'];
  readonly config: ModelConfig;
  readonly positive: ConditioningValue;
  readonly negative: ConditioningValue;
  readonly cfg: number;
  /** See rescaleGuidance; guidance is plain where absent. */
  readonly rescaleCfg?: number;
  /** Of an unCLIP model's pictures. */
  readonly embeddingStatistics?: EmbeddingStatistics;
  /** A name of `samplerNames`. */
  readonly sampler: string;
  /** n + 1 noise levels of n steps, from high to low. With fewer than two the latents come back as they are. */
  readonly sigmas: Float32Array;
  readonly latent: LatentValue;
  /** The noise of the start [B, 4, h, w] at standard deviation 1; all zero where none is to be added. */
  readonly noise: Tensor;
  /** Seeds the noise that samplers add on their way. */
  readonly seed: bigint;
  /** Called once a step; may throw to stop the run. */
  onStep(progress: SampleProgress): void;
};

export type SampleResult = {
  /** The latents at the last noise level, unscaled. */
  readonly samples: Tensor;
  /** The last prediction of the clean latents, unscaled; equals `samples` in a run that ends on 0. */
  readonly denoised: Tensor;
};

/**
 * Takes latents down the given noise levels. Pure but for the U-Net: the same options give the same latents.
 * Throws a ProblemError where inputs do not fit the model, or where the model answers with values that are not numbers.
 */
export async function sampleLatents(options: SampleOptions): Promise<SampleResult> {
  const { config, sigmas } = options;
  const { samples } = options.latent;
  checkInputs(options);
  if (sigmas.length < 2) return { samples, denoised: samples };

  const sampling = createModelSampling(config.schedule);
  const definition = samplerByName(options.sampler);
  const scaled = toModelScale(samples, config.vae);
  const start = scaled.data;
  const keptNoise = definition.ownNoiseForKept === true ? createGenerator(options.seed + 1n).randn(samples.shape).data : options.noise.data;
  const guided = createGuidedDenoiser({
    ...options,
    sampling,
    rescaleCfg: options.rescaleCfg ?? 0,
    sampled: { start: scaled, noiseMask: options.latent.noiseMask },
    // Another part of the generator's numbers than the start's noise, as in the field.
    unclip: { statistics: options.embeddingStatistics, seed: options.seed - 10n },
    alwaysUncond: definition.readsUncond === true,
  });
  const steps = sigmas.length - 1;
  let last: Vector = start;

  const run: SamplerRun = {
    denoise: keepOutsideMask(checkNumbers(guided, options), options.latent, { start, noise: keptNoise }),
    x: noisyStart(start, options.noise.data, sigmas[0], sampling),
    sigmas,
    noise: createNoiseSource(options.seed, samples.shape),
    percentToSigma: (percent) => percentToSigma(sampling, percent),
    onStep: ({ index, denoised }) => {
      last = denoised;
      options.onStep({ step: Math.min(index + 1, steps), steps, denoised: tensor(denoised, samples.shape) });
    },
  };
  const x = await definition.sample(run);
  checkReached(x, options.sampler);
  const unscaled = (values: Vector) => fromModelScale(tensor(values, samples.shape), config.vae);
  return { samples: unscaled(x), denoised: unscaled(last) };
}

function checkInputs({ config, positive, negative, latent }: SampleOptions): void {
  const [, channels] = latent.samples.shape;
  if (channels !== latentChannels) {
    throw new ProblemError({
      input: 'latent_image',
      what: `The latent has ${channels} channels and this model draws with ${latentChannels}.`,
      fix: 'Use an empty latent, or encode the picture with the VAE of a Stable Diffusion checkpoint.',
    });
  }
  for (const [input, value] of Object.entries({ positive, negative })) {
    checkControls(input, value, config);
    const wrong = value.find(({ tokens }) => tokens.shape[2] !== config.unet.context_dim);
    if (wrong === undefined) continue;
    throw new ProblemError({
      input,
      what: `The prompt was encoded for ${familyReading(wrong.tokens.shape[2])}, but the model belongs to ${familyReading(config.unet.context_dim)}.`,
      fix: 'Encode the prompt with the CLIP output of the checkpoint that the model comes from.',
    });
  }
}

/** Latents plus noise of the level `sigma`; from the model's highest level on they stand for pure noise of its full variance. */
function noisyStart(start: Vector, noise: Vector, sigma: number, { sigmaMax }: ModelSampling): Vector {
  const full = sigma > sigmaMax * (1 - 1e-5);
  const level = full ? Math.sqrt(1 + sigma * sigma) : sigma;
  return noise.map((z, i) => z * level + start[i]);
}

/** Noise for samplers: plain noise from seed + 1, so that it is independent of the start's; Brownian paths from the seed. */
function createNoiseSource(seed: bigint, shape: readonly number[]): NoiseSource {
  const generator = createGenerator(seed + 1n);
  return {
    gaussian: () => generator.randn(shape).data,
    brownian: (start, end) => {
      const path = createBrownianPath({ seed, shape, start, end });
      return (from, to) => brownianIncrement(path, from, to);
    },
  };
}

/** Tells a model that fails from a sampler that cannot cope with the noise levels it was given. */
function checkNumbers(denoise: Denoiser, { sampler, sigmas }: SampleOptions): Denoiser {
  return async (x, sigma) => {
    checkReached(x, sampler);
    const prediction = await denoise(x, sigma);
    if (!prediction.denoised.every(Number.isFinite)) {
      throw new ProblemError({
        input: 'model',
        what: `At step ${1 + sigmas.findLastIndex((level) => level >= sigma)} the model answered with values that are not numbers.`,
        fix: 'Lower cfg or choose another sampler; if it happens at the first step, the checkpoint file is damaged.',
      });
    }
    return prediction;
  };
}

function checkReached(x: Vector, sampler: string): void {
  if (x.every(Number.isFinite)) return;
  throw new ProblemError({
    what: `The sampler ${sampler} arrived at values that are not numbers: it cannot step through these noise levels.`,
    fix: 'Give it noise levels that fall at each step, or choose the sampler euler, which can also climb.',
  });
}

/** Inpainting: where the mask is 0, the model sees the given latents at the current noise level, and they are what it predicts. */
function keepOutsideMask(denoise: Denoiser, { samples, noiseMask }: LatentValue, kept: { start: Vector; noise: Vector }): Denoiser {
  if (noiseMask === undefined) return denoise;
  const mask = maskValues(noiseMask, samples.shape);
  const blend = (inside: Vector, outside: (i: number) => number) => inside.map((value, i) => value * mask[i] + outside(i) * (1 - mask[i]));
  return async (x, sigma) => {
    const { denoised, uncond } = await denoise(
      blend(x, (i) => kept.start[i] + kept.noise[i] * sigma),
      sigma,
    );
    return { denoised: blend(denoised, (i) => kept.start[i]), uncond };
  };
}

/** The mask's value for each value of the latents [B, C, h, w]. */
function maskValues(noiseMask: MaskValue, shape: readonly number[]): Float32Array {
  const [items, channels, height, width] = shape;
  const fitted = repeatToBatch(fitMask(noiseMask, { height, width }), items);
  const pixels = height * width;
  const values = new Float32Array(items * channels * pixels);
  for (let plane = 0; plane < items * channels; plane++) {
    const item = Math.floor(plane / channels);
    values.set(fitted.data.subarray(item * pixels, (item + 1) * pixels), plane * pixels);
  }
  return values;
}

/** The noise that a seed gives for a latent. */
export function noiseFor(latent: LatentValue, seed: bigint): Tensor {
  return initialNoise(latent.samples.shape, seed, latent.batchIndex);
}

/** No noise, for runs that go on from latents which still hold theirs. */
export function noNoise(latent: LatentValue): Tensor {
  return zeros(latent.samples.shape);
}

/** Which part of a schedule to run; step `start` to `end`, of which the last may be taken down to 0 whatever the schedule says. */
export type StepRange = { readonly start: number; readonly end: number; readonly endsOnZero: boolean };

/** The noise levels of a sampler on a model: the whole schedule, or a range of its steps. Empty if the range holds no step. */
export function samplerSigmas(options: {
  config: ModelConfig;
  sampler: string;
  scheduler: SchedulerName;
  steps: number;
  denoise: number;
  range?: StepRange;
}): Float32Array {
  const { config, scheduler, steps, denoise, range } = options;
  const skipsPenultimate = samplerByName(options.sampler).skipsPenultimate === true;
  const sigmas = calculateSigmas({ scheduler, sampling: createModelSampling(config.schedule), steps, denoise, skipsPenultimate });
  if (range === undefined) return sigmas;
  const part = sigmas.slice(0, range.end + 1);
  if (range.endsOnZero) part[part.length - 1] = 0;
  return range.start < part.length - 1 ? part.slice(range.start) : new Float32Array(0);
}
