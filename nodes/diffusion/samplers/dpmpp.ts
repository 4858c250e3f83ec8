import { ancestralStep, combine, lambdaOf, type Sampler, sigmaOf, stepwise, type Vector } from './sampler.ts';

/** DPM-Solver++(2S) (Lu et al. 2022b, algorithm 1) with fresh noise after each step; the inner point lies halfway in lambda. */
export const dpmpp2sAncestral: Sampler = stepwise(({ denoise, noise }) => async ({ x, denoised, from, to }) => {
  const { down, up } = ancestralStep(from, to, 1);
  const h = lambdaOf(down) - lambdaOf(from);
  const middle = sigmaOf(lambdaOf(from) + h / 2);
  const halfway = combine([middle / from, x], [-Math.expm1(-h / 2), denoised]);
  const { denoised: denoisedHalfway } = await denoise(halfway, middle);
  return combine([down / from, x], [-Math.expm1(-h), denoisedHalfway], [up, noise.gaussian()]);
});

/**
 * `dpmpp2sAncestral` with CFG++ (Chung et al. 2024): x is moved by what guidance changes before each of both updates.
 * The second takes the guided prediction of the step's start and the unguided one of its middle, as the field does.
 */
export const dpmpp2sAncestralCfgPp: Sampler = stepwise(({ denoise, noise }) => async ({ x, denoised, uncond, from, to }) => {
  const { down, up } = ancestralStep(from, to, 1);
  const h = lambdaOf(down) - lambdaOf(from);
  const middle = sigmaOf(lambdaOf(from) + h / 2);
  const keep = middle / from;
  const halfway = combine([keep, x], [keep - Math.expm1(-h / 2), denoised], [-keep, uncond]);
  const inner = await denoise(halfway, middle);
  return combine(
    [down / from, x],
    [down / from, denoised],
    [-down / from, inner.uncond],
    [-Math.expm1(-h), inner.denoised],
    [up, noise.gaussian()],
  );
});

/** DPM-Solver++(2M) (Lu et al. 2022b, algorithm 2). */
export const dpmpp2m: Sampler = stepwise(() => {
  let last: { denoised: Vector; h: number } | undefined;
  return ({ x, denoised, from, to }) => {
    const h = lambdaOf(to) - lambdaOf(from);
    const bend = last === undefined ? 0 : h / (2 * last.h);
    const previous = last?.denoised ?? denoised;
    last = { denoised, h };
    const towards = -Math.expm1(-h);
    return combine([to / from, x], [towards * (1 + bend), denoised], [-towards * bend, previous]);
  };
});

/** `dpmpp2m` with CFG++ (Chung et al. 2024): the noise that remains is taken from the unguided prediction. */
export const dpmpp2mCfgPp: Sampler = stepwise(() => {
  let last: { uncond: Vector; h: number } | undefined;
  return ({ x, denoised, uncond, from, to }) => {
    const h = lambdaOf(to) - lambdaOf(from);
    const bend = last === undefined ? 0 : (-Math.expm1(-h) * h) / (2 * last.h);
    const previous = last?.uncond ?? uncond;
    last = { uncond, h };
    return combine([to / from, x], [1 + bend, denoised], [-to / from, uncond], [-bend, previous]);
  };
});
