import { combine, type Sampler, slope, stepwise } from './sampler.ts';

/** The sampler of Ho et al. 2020 (algorithm 2), over steps of any size. */
export const ddpm: Sampler = stepwise(({ noise }) => ({ x, denoised, from, to }) => {
  const alphaBar = 1 / (1 + from * from);
  const alphaBarNext = 1 / (1 + to * to);
  const alpha = alphaBar / alphaBarNext;
  // The paper's variables have a variance of 1; ours are larger by sqrt(1 + sigma^2).
  const scaleIn = Math.sqrt(alphaBar);
  const scaleOut = 1 / Math.sqrt(alphaBarNext);
  const toMean = scaleOut / Math.sqrt(alpha);
  const epsilonFactor = -(1 - alpha) / Math.sqrt(1 - alphaBar);
  const deviation = Math.sqrt(((1 - alpha) * (1 - alphaBarNext)) / (1 - alphaBar));
  return combine([toMean * scaleIn, x], [toMean * epsilonFactor, slope(x, denoised, from)], [scaleOut * deviation, noise.gaussian()]);
});

/** Latent consistency models (Luo et al. 2023, algorithm 3): each prediction is noised anew. */
export const lcm: Sampler = stepwise(
  ({ noise }) =>
    ({ denoised, to }) =>
      combine([1, denoised], [to, noise.gaussian()]),
);
