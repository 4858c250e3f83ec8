import type { ScheduleConfig } from './config.ts';

/** How the timesteps that a network is told follow from noise levels. */
type Timesteps =
  /** Entry i of the table of noise levels is timestep `first + i stride`. */
  | { readonly kind: 'table'; readonly first: number; readonly stride: number }
  /** A quarter of the noise level's logarithm (Karras et al. 2022, table 1). */
  | { readonly kind: 'log' };

/** The noise levels that a model was trained on, and how they relate to its timesteps and predictions. */
export type ModelSampling = {
  /** Noise levels from low to high: those of training, sqrt((1 - abar) / abar), or 1,000 over a continuous range. */
  readonly sigmas: Float32Array;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  readonly timesteps: Timesteps;
  readonly prediction: ScheduleConfig['prediction'];
  /** The standard deviation of clean latents that the network's scaling assumes. */
  readonly sigmaData: number;
};

/** The levels of a table that networks distilled for few steps (latent consistency models) know: every 20th of 1,000. */
const distilledSteps = 50;

/** The noise levels of a model, kept as float32 like the field does. */
export function createModelSampling(schedule: ScheduleConfig): ModelSampling {
  const { prediction, edm } = schedule;
  if (prediction === 'edm' && edm !== undefined) {
    const sigmas = continuousSigmas(edm.sigma_min, edm.sigma_max);
    return { ...range(sigmas), timesteps: { kind: 'log' }, prediction, sigmaData: edm.sigma_data };
  }
  const trained = discreteSigmas(schedule);
  const table = schedule.zero_terminal_snr === true ? zeroTerminal(trained) : trained;
  const stride = prediction === 'lcm' ? Math.max(1, Math.floor(table.length / distilledSteps)) : 1;
  const sigmas = stride === 1 ? table : table.filter((_, t) => t % stride === stride - 1);
  return { ...range(sigmas), timesteps: { kind: 'table', first: stride - 1, stride }, prediction, sigmaData: 1 };
}

function range(sigmas: Float32Array): Pick<ModelSampling, 'sigmas' | 'sigmaMin' | 'sigmaMax'> {
  return { sigmas, sigmaMin: sigmas[0], sigmaMax: sigmas[sigmas.length - 1] };
}

/** The noise levels of a schedule of betas (Ho et al. 2020), computed in double precision. */
function discreteSigmas(schedule: ScheduleConfig): Float32Array {
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
  return sigmas;
}

/** What stands in for an alphaBar of 0, which no noise level could express. */
const almostZero = 4.8973451890853435e-8;

/** Shifts and stretches sqrt(abar) so that the last level is pure noise and the first stays (Lin et al. 2023, algorithm 1). */
function zeroTerminal(sigmas: Float32Array): Float32Array {
  const roots = Array.from(sigmas, (sigma) => 1 / Math.sqrt(sigma * sigma + 1));
  const [first] = roots;
  const last = roots[roots.length - 1];
  return Float32Array.from(roots, (root, t) => {
    const alphaBar = t === roots.length - 1 ? almostZero : (((root - last) * first) / (first - last)) ** 2;
    return Math.sqrt((1 - alphaBar) / alphaBar);
  });
}

/** 1,000 levels at equal distances in their logarithm. */
function continuousSigmas(sigmaMin: number, sigmaMax: number): Float32Array {
  const [low, high] = [Math.log(sigmaMin), Math.log(sigmaMax)];
  return Float32Array.from({ length: 1000 }, (_, i) => Math.exp(low + ((high - low) * i) / 999));
}

/** The timestep that the network is told at a noise level: of a table's levels the nearest, measured in its logarithm. */
export function sigmaToTimestep({ sigmas, timesteps }: ModelSampling, sigma: number): number {
  if (timesteps.kind === 'log') return Math.log(sigma) / 4;
  return timesteps.first + timesteps.stride * nearestLevel(sigmas, sigma);
}

function nearestLevel(sigmas: Float32Array, sigma: number): number {
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

/** The noise level at a timestep that may lie between two of a table's, interpolated in its logarithm (in float32, like torch). */
export function timestepToSigma({ sigmas, timesteps }: ModelSampling, timestep: number): number {
  if (timesteps.kind === 'log') return Math.exp(4 * timestep);
  const t = Math.min(Math.max((timestep - timesteps.first) / timesteps.stride, 0), sigmas.length - 1);
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
  const { sigmas, sigmaMin, sigmaMax, timesteps } = sampling;
  if (timesteps.kind === 'log') return sigmaMin * (sigmaMax / sigmaMin) ** (1 - percent);
  return timestepToSigma(sampling, (1 - percent) * (sigmas.length * timesteps.stride - 1));
}

/** What the model's input is multiplied by, so that its variance is that of training. */
export function inputScale({ sigmaData }: ModelSampling, sigma: number): number {
  return 1 / Math.sqrt(sigma * sigma + sigmaData * sigmaData);
}

/**
 * The clean picture x0 that a model's output stands for: eps: x - sigma e (Ho et al. 2020);
 * v: x / (sigma^2 + 1) - v sigma / sqrt(sigma^2 + 1) (Salimans and Ho 2022);
 * edm: x s^2 / (sigma^2 + s^2) + F sigma s / sqrt(sigma^2 + s^2) with s = sigmaData (Karras et al. 2022, table 1); x0: the output;
 * lcm: the x0 of eps and x mixed by the boundary condition of consistency models (Luo et al. 2023, section 4.1).
 * Linear: returns the factors of x and of the output.
 */
export function predictionFactors(sampling: ModelSampling, sigma: number): { x: number; output: number } {
  const { prediction, sigmaData } = sampling;
  const variance = sigma * sigma + sigmaData * sigmaData;
  switch (prediction) {
    case 'eps':
      return { x: 1, output: -sigma };
    case 'v':
      return { x: 1 / variance, output: -sigma / Math.sqrt(variance) };
    case 'edm':
      return { x: (sigmaData * sigmaData) / variance, output: (sigma * sigmaData) / Math.sqrt(variance) };
    case 'x0':
      return { x: 0, output: 1 };
    case 'lcm': {
      const { skip, out } = boundaryScalings(sigmaToTimestep(sampling, sigma));
      return { x: out + skip, output: -out * sigma };
    }
  }
}

/** c_skip and c_out of latent consistency models, with their timestep scaling of 10 and sigma_data of 0.5. */
function boundaryScalings(timestep: number): { skip: number; out: number } {
  const scaled = 10 * timestep;
  const variance = scaled * scaled + 0.25;
  return { skip: 0.25 / variance, out: scaled / Math.sqrt(variance) };
}
