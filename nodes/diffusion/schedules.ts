import { symmetricBetaQuantile } from './beta-distribution.ts';
import { type ModelSampling, sigmaToTimestep, timestepToSigma } from './model-sampling.ts';
import { roundHalfToEven } from './rounding.ts';

/** The names of the schedules, in the order that the field lists them. */
export const schedulerNames = [
  'simple',
  'sgm_uniform',
  'karras',
  'exponential',
  'ddim_uniform',
  'beta',
  'normal',
  'linear_quadratic',
  'kl_optimal',
] as const;
export type SchedulerName = (typeof schedulerNames)[number];

const { fround } = Math;

/** The noise levels of `steps` steps without the final 0, from high to low. */
type Schedule = (sampling: ModelSampling, steps: number) => number[];

const schedules: Readonly<Record<SchedulerName, Schedule>> = {
  simple: ({ sigmas }, steps) => range(steps).map((i) => sigmas[sigmas.length - 1 - Math.floor((i * sigmas.length) / steps)]),
  sgm_uniform: (sampling, steps) => {
    return linspace(sigmaToTimestep(sampling, sampling.sigmaMax), sigmaToTimestep(sampling, sampling.sigmaMin), steps + 1)
      .slice(0, -1)
      .map((timestep) => timestepToSigma(sampling, timestep));
  },
  karras: ({ sigmaMin, sigmaMax }, steps) => karras(steps, sigmaMin, sigmaMax, 7),
  exponential: ({ sigmaMin, sigmaMax }, steps) => exponential(steps, sigmaMin, sigmaMax),
  ddim_uniform: ({ sigmas }, steps) => {
    const stride = Math.max(Math.floor(sigmas.length / steps), 1);
    return range(Math.ceil((sigmas.length - 1) / stride))
      .map((i) => sigmas[1 + i * stride])
      .reverse();
  },
  beta: ({ sigmas }, steps) => {
    const last = sigmas.length - 1;
    const timesteps = range(steps).map((i) => roundHalfToEven(last * symmetricBetaQuantile(1 - i / steps, 0.6)));
    return timesteps.filter((t, i) => t !== timesteps[i - 1]).map((t) => sigmas[t]);
  },
  normal: (sampling, steps) =>
    linspace(sigmaToTimestep(sampling, sampling.sigmaMax), sigmaToTimestep(sampling, sampling.sigmaMin), steps).map((timestep) =>
      timestepToSigma(sampling, timestep),
    ),
  linear_quadratic: ({ sigmaMax }, steps) => linearQuadratic(steps).map((noise) => noise * sigmaMax),
  kl_optimal: ({ sigmaMin, sigmaMax }, steps) =>
    linspace(0, 1, steps).map((share) =>
      Math.tan(fround(fround(share * fround(Math.atan(sigmaMin))) + fround(fround(1 - share) * fround(Math.atan(sigmaMax))))),
    ),
};

/**
 * The noise levels of a named schedule: `steps + 1` values (fewer where a schedule drops duplicates), from high to low, ending on 0.
 * `steps` >= 1.
 */
export function scheduleSigmas(name: SchedulerName, sampling: ModelSampling, steps: number): Float32Array {
  return withFinalZero(schedules[name](sampling, steps));
}

/** The schedule of Karras et al. 2022, eq. 5, for any range of noise; `rho` bends it (7 in the paper). */
export function karrasSigmas(steps: number, sigmaMin: number, sigmaMax: number, rho: number): Float32Array {
  return withFinalZero(karras(steps, sigmaMin, sigmaMax, rho));
}

/** Noise levels at equal distances in their logarithm. */
export function exponentialSigmas(steps: number, sigmaMin: number, sigmaMax: number): Float32Array {
  return withFinalZero(exponential(steps, sigmaMin, sigmaMax));
}

/**
 * The noise levels of adversarially distilled models (Sauer et al. 2023), which know every tenth part of the schedule: those of the
 * first `steps` (1..10) from the share `denoise` of pure noise on, then 0.
 */
export function turboSigmas(sampling: ModelSampling, steps: number, denoise: number): Float32Array {
  const start = 10 - Math.trunc(10 * denoise);
  const timesteps = range(10).map((i) => 999 - 100 * i);
  return withFinalZero(timesteps.slice(start, start + steps).map((timestep) => timestepToSigma(sampling, timestep)));
}

/**
 * The noise levels of the last `steps` steps of a run that would take `steps / denoise` steps from pure noise.
 * Empty where denoise <= 0; the whole schedule above 0.9999.
 */
export function partialSigmas(calculate: (steps: number) => Float32Array, steps: number, denoise: number): Float32Array {
  if (denoise > 0.9999) return calculate(steps);
  if (denoise <= 0) return new Float32Array(0);
  return calculate(Math.trunc(steps / denoise)).slice(-(steps + 1));
}

/**
 * The noise levels that KSampler uses. `skipsPenultimate` is for samplers whose last step behaves badly from a very small
 * level: one step more is asked for and the level before the last is dropped.
 */
export function calculateSigmas(options: {
  scheduler: SchedulerName;
  sampling: ModelSampling;
  steps: number;
  denoise: number;
  skipsPenultimate: boolean;
}): Float32Array {
  const { scheduler, sampling, steps, denoise, skipsPenultimate } = options;
  const calculate = (count: number) => {
    if (!skipsPenultimate) return scheduleSigmas(scheduler, sampling, count);
    const sigmas = scheduleSigmas(scheduler, sampling, count + 1);
    return sigmas.filter((_, i) => i !== sigmas.length - 2);
  };
  return partialSigmas(calculate, steps, denoise);
}

function karras(steps: number, sigmaMin: number, sigmaMax: number, rho: number): number[] {
  const high = sigmaMax ** (1 / rho);
  const low = sigmaMin ** (1 / rho);
  return linspace(0, 1, steps).map((share) => fround(fround(high) + fround(share * fround(low - high))) ** rho);
}

function exponential(steps: number, sigmaMin: number, sigmaMax: number): number[] {
  return linspace(Math.log(sigmaMax), Math.log(sigmaMin), steps).map(Math.exp);
}

/** Small equal steps for the first half, growing quadratically after it (Movie Gen, 2024, section 3.4.2); 1 = pure noise. */
function linearQuadratic(steps: number): number[] {
  if (steps === 1) return [1];
  const threshold = 0.025;
  const linearSteps = Math.floor(steps / 2);
  const quadraticSteps = steps - linearSteps;
  const excess = linearSteps - threshold * steps;
  const square = excess / (linearSteps * quadraticSteps ** 2);
  const slope = threshold / linearSteps - (2 * excess) / quadraticSteps ** 2;
  const offset = square * linearSteps ** 2;
  return range(steps).map((i) => 1 - (i < linearSteps ? (i * threshold) / linearSteps : square * i * i + slope * i + offset));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/**
 * `count` values from `start` to `end` at equal distances, rounded to float32 where torch does: Brownian noise is looked up
 * by the level's last digit, so levels that are a little off would give other pictures than elsewhere.
 */
function linspace(start: number, end: number, count: number): number[] {
  if (count === 1) return [start];
  const step = fround((fround(end) - fround(start)) / (count - 1));
  return range(count).map((i) => fround(i < count / 2 ? fround(start) + step * i : fround(end) - step * (count - 1 - i)));
}

function withFinalZero(sigmas: readonly number[]): Float32Array {
  const result = new Float32Array(sigmas.length + 1);
  result.set(sigmas);
  return result;
}
