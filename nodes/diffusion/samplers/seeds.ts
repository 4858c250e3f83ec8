import { combine, lambdaOf, type Sampler, sigmaOf, stepwise } from './sampler.ts';

/**
 * SEEDS (Gonzalez et al. 2023): exponential integrators for the diffusion SDE, with eta = 1. A step of h in lambda acts
 * like one of 2 h on the signal; x decays with h beyond the plain ratio of levels and noise makes up for it.
 */

/** The noise that `segments` equal parts of a step leave at the end of part `upTo`, as factors of each part's own noise. */
function noiseFactors(h: number, segments: number, upTo: number): readonly number[] {
  const fresh = Math.sqrt(-Math.expm1((-2 * h) / segments));
  return Array.from({ length: upTo }, (_, part) => Math.exp((-(upTo - 1 - part) * h) / segments) * fresh);
}

/** SEEDS-2: one inner point, halfway. */
export const seeds2: Sampler = stepwise(({ denoise, noise }) => async ({ x, denoised, from, to }) => {
  const h = lambdaOf(to) - lambdaOf(from);
  const middle = sigmaOf(lambdaOf(from) + h / 2);
  const z = [noise.gaussian(), noise.gaussian()];
  const [early] = noiseFactors(h, 2, 1);
  const halfway = combine([(middle / from) * Math.exp(-h / 2), x], [-Math.expm1(-h), denoised], [middle * early, z[0]]);
  const { denoised: denoisedHalfway } = await denoise(halfway, middle);
  const late = noiseFactors(h, 2, 2);
  return combine([(to / from) * Math.exp(-h), x], [-Math.expm1(-2 * h), denoisedHalfway], [to * late[0], z[0]], [to * late[1], z[1]]);
});

/** SEEDS-3: inner points at one and two thirds. */
export const seeds3: Sampler = stepwise(({ denoise, noise }) => async ({ x, denoised, from, to }) => {
  const h = lambdaOf(to) - lambdaOf(from);
  const z = [noise.gaussian(), noise.gaussian(), noise.gaussian()];

  /** x after `part` thirds: `second` is a prediction on the way, at `at` of the part's length. */
  const advance = (part: number, level: number, second: { denoised: Float32Array; at: number } | undefined) => {
    const share = part / 3;
    const reach = Math.expm1(-2 * h * share);
    const bend = second === undefined ? 0 : (reach / (2 * h * share) + 1) / second.at;
    const fresh = noiseFactors(h, 3, part).map((factor, i) => [level * factor, z[i]] as const);
    return combine([(level / from) * Math.exp(-h * share), x], [-reach - bend, denoised], [bend, second?.denoised ?? denoised], ...fresh);
  };

  const third = sigmaOf(lambdaOf(from) + h / 3);
  const twoThirds = sigmaOf(lambdaOf(from) + (2 * h) / 3);
  const first = await denoise(advance(1, third, undefined), third);
  const second = await denoise(advance(2, twoThirds, { denoised: first.denoised, at: 1 / 2 }), twoThirds);
  return advance(3, to, { denoised: second.denoised, at: 2 / 3 });
});
