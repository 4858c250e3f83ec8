import { ancestralStep, combine, eulerStep, type Sampler, type Step, slope, stepwise } from './sampler.ts';

/** Euler's method on the probability flow (Karras et al. 2022, algorithm 1 without churn). */
export const euler: Sampler = stepwise(
  () =>
    ({ x, denoised, from, to }) =>
      eulerStep(x, denoised, from, to),
);

/** Euler's method down below the next level, then fresh noise back up to it. */
export const eulerAncestral: Sampler = stepwise(({ noise }) => ({ x, denoised, from, to }) => {
  const { down, up } = ancestralStep(from, to, 1);
  return combine([down / from, x], [1 - down / from, denoised], [up, noise.gaussian()]);
});

/** CFG++ (Chung et al. 2024): the noise is taken from the unguided prediction, the picture from the guided one. */
export const eulerCfgPp: Sampler = stepwise(() => (step) => cfgPpStep(step, step.to));

export const eulerAncestralCfgPp: Sampler = stepwise(({ noise }) => (step) => {
  const { down, up } = ancestralStep(step.from, step.to, 1);
  return combine([1, cfgPpStep(step, down)], [up, noise.gaussian()]);
});

function cfgPpStep({ x, denoised, uncond, from }: Step, to: number): Float32Array {
  return combine([1, denoised], [to / from, x], [-to / from, uncond]);
}

/** Heun's method (Karras et al. 2022, algorithm 1): the average slope of both ends of a step. */
export const heun: Sampler = stepwise(({ denoise }) => async ({ x, denoised, from, to }) => {
  const ahead = eulerStep(x, denoised, from, to);
  const { denoised: denoisedAhead } = await denoise(ahead, to);
  const half = (to - from) / 2;
  return combine([1, x], [half, slope(x, denoised, from)], [half, slope(ahead, denoisedAhead, to)]);
});

/**
 * Heun's method extended to two points ahead: slopes are weighed by their noise level as a share of the first one's.
 * Falls back to one point ahead, then to Euler, at the last two steps.
 */
export const heunpp2: Sampler = stepwise(({ denoise, sigmas }) => async ({ index, x, denoised, from, to }) => {
  const last = sigmas[sigmas.length - 1];
  if (to === last) return eulerStep(x, denoised, from, to);
  const beyond = sigmas[index + 2];
  const firstSlope = slope(x, denoised, from);
  const ahead = eulerStep(x, denoised, from, to);
  const slopeAhead = slope(ahead, (await denoise(ahead, to)).denoised, to);
  const step = to - from;
  if (beyond === last) {
    const weight = to / (2 * sigmas[0]);
    return combine([1, x], [step * (1 - weight), firstSlope], [step * weight, slopeAhead]);
  }
  const farAhead = combine([1, ahead], [beyond - to, slopeAhead]);
  const slopeFarAhead = slope(farAhead, (await denoise(farAhead, beyond)).denoised, beyond);
  const weight = to / (3 * sigmas[0]);
  const farWeight = beyond / (3 * sigmas[0]);
  return combine([1, x], [step * (1 - weight - farWeight), firstSlope], [step * weight, slopeAhead], [step * farWeight, slopeFarAhead]);
});
