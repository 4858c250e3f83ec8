import type { ScheduleConfig } from './config.ts';

/** The noise levels that a model was trained on, and how they relate to its timesteps and predictions. */
export type ModelSampling = {
  /** The noise level of each training timestep, from low to high: sqrt((1 - abar) / abar). */
  readonly sigmas: Float32Array;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  readonly prediction: ScheduleConfig['prediction'];
};

/** The noise levels of a schedule of betas (Ho et al. 2020); computed in double precision and kept as float32, like the field does. */
export function createModelSampling(schedule: ScheduleConfig): ModelSampling {
  const { timesteps, beta_start: first, beta_end: last } = schedule;
  const sigmas = new Float32Array(timesteps);
  let alphaBar = 1;
  for (let t = 0; t < timesteps; t++) {
    const share = timesteps === 1 ? 0 : t / (timesteps - 1);
    const beta =
      schedule.beta_schedule === 'linear'
        ? first + share * (last - first)
        : (Math.sqrt(first) + share * (Math.sqrt(last) - Math.sqrt(first))) ** 2;
    alphaBar *= 1 - beta;
    sigmas[t] = Math.sqrt((1 - alphaBar) / alphaBar);
  }
  return { sigmas, sigmaMin: sigmas[0], sigmaMax: sigmas[timesteps - 1], prediction: schedule.prediction };
}

/** The training timestep whose noise level is nearest to `sigma`, measured in its logarithm. */
export function sigmaToTimestep({ sigmas }: ModelSampling, sigma: number): number {
  let below = 0;
  let above = sigmas.length - 1;
  if (sigma <= sigmas[below]) return below;
  if (sigma >= sigmas[above]) return above;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (sigmas[middle] <= sigma) below = middle;
    else above = middle;
  }
  return sigma / sigmas[below] <= sigmas[above] / sigma ? below : above;
}

const { fround } = Math;

/** The noise level at a timestep that may lie between two training timesteps, interpolated in its logarithm (in float32, like torch). */
export function timestepToSigma({ sigmas }: ModelSampling, timestep: number): number {
  const t = Math.min(Math.max(timestep, 0), sigmas.length - 1);
  const below = Math.floor(t);
  const above = Math.ceil(t);
  const share = fround(t - below);
  const log = (at: number) => fround(Math.log(sigmas[at]));
  return Math.exp(fround(fround(fround(1 - share) * log(below)) + fround(share * log(above))));
}

/** The noise level after `percent` (0..1) of the way from pure noise to the picture; above all levels at 0, and 0 at 1. */
export function percentToSigma(sampling: ModelSampling, percent: number): number {
  if (percent <= 0) return Number.POSITIVE_INFINITY;
  if (percent >= 1) return 0;
  return timestepToSigma(sampling, (1 - percent) * (sampling.sigmas.length - 1));
}

/** What the model's input is multiplied by, so that its variance is that of training. */
export function inputScale(sigma: number): number {
  return 1 / Math.sqrt(sigma * sigma + 1);
}

/**
 * The clean picture x0 that a model's output stands for: eps: x - sigma e (Ho et al. 2020);
 * v: x / (sigma^2 + 1) - v sigma / sqrt(sigma^2 + 1) (Salimans and Ho 2022). Linear: returns the factors of x and of the output.
 */
export function predictionFactors(prediction: ScheduleConfig['prediction'], sigma: number): { x: number; output: number } {
  if (prediction === 'eps') return { x: 1, output: -sigma };
  const variance = sigma * sigma + 1;
  return { x: 1 / variance, output: -sigma / Math.sqrt(variance) };
}
