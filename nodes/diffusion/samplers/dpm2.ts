import { ancestralStep, combine, eulerStep, type Sampler, slope, stepwise } from './sampler.ts';

/** The second-order method of Karras et al. 2022 in the midpoint form of DPM-Solver-2: the slope halfway (in log sigma) is used for the whole step. */
export const dpm2: Sampler = stepwise(({ denoise }) => async ({ x, denoised, from, to }) => {
  const middle = Math.sqrt(from * to);
  const halfway = eulerStep(x, denoised, from, middle);
  const { denoised: denoisedHalfway } = await denoise(halfway, middle);
  return combine([1, x], [to - from, slope(halfway, denoisedHalfway, middle)]);
});

/** `dpm2` down below the next level, then fresh noise back up to it. */
export const dpm2Ancestral: Sampler = stepwise(({ denoise, noise }) => async ({ x, denoised, from, to }) => {
  const { down, up } = ancestralStep(from, to, 1);
  const middle = Math.sqrt(from * down);
  const halfway = eulerStep(x, denoised, from, middle);
  const { denoised: denoisedHalfway } = await denoise(halfway, middle);
  return combine([1, x], [down - from, slope(halfway, denoisedHalfway, middle)], [up, noise.gaussian()]);
});
