import { integrate, lagrangeBasis } from './lagrange.ts';
import { combine, type Sampler, type Step, slope, stepwise, type Vector } from './sampler.ts';

type Past = { readonly sigma: number; readonly slope: Vector };

/** A sampler that steps by a weighted sum of the newest slopes; `weightsOf` gets up to `order` levels, newest first, and the next one. */
function adamsBashforth(order: number, weightsOf: (sigmas: readonly number[], to: number) => readonly number[]): Sampler {
  return stepwise(() => {
    let past: Past[] = [];
    return ({ x, denoised, from, to }: Step) => {
      past = [{ sigma: from, slope: slope(x, denoised, from) }, ...past].slice(0, order);
      const sigmas = past.map((point) => point.sigma);
      const weights = weightsOf(sigmas, to);
      return combine([1, x], ...past.map((point, j) => [weights[j], point.slope] as const));
    };
  });
}

/** The linear multistep method of order 4 (Katherine Crowson's k-diffusion): the slopes' interpolating polynomial over sigma, integrated. */
export const lms: Sampler = adamsBashforth(4, (sigmas, to) =>
  sigmas.map((_, j) => integrate((sigma) => lagrangeBasis(sigmas, j, sigma), sigmas[0], to)),
);

const equalStepWeights = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]] as const;

/** Improved pseudo numerical methods (Liu et al. 2022; Zhang and Chen 2023): Adams and Bashforth's weights for steps of equal size. */
export const ipndm: Sampler = adamsBashforth(4, (sigmas, to) =>
  equalStepWeights[sigmas.length - 1].map((weight) => weight * (to - sigmas[0])),
);

/** `ipndm` with weights that heed the steps' sizes, as in the reference implementation of Zhou et al. 2024 (AMED). */
export const ipndmV: Sampler = adamsBashforth(4, (sigmas, to) => {
  const h = to - sigmas[0];
  return variableStepWeights(sigmas, to).map((weight) => weight * h);
});

/**
 * The weights as shares of the step's size. `second` and the last two of `third` differ a little from Adams and Bashforth's
 * (exact ones would bracket and divide otherwise); everybody's pictures come from these, so they are kept.
 */
function variableStepWeights(sigmas: readonly number[], to: number): readonly number[] {
  const h = to - sigmas[0];
  const [h1, h2, h3] = sigmas.slice(1).map((sigma, i) => sigmas[i] - sigma);
  if (h1 === undefined) return [1];
  const first = h / h1 / 2;
  const two = [1 + first, -first];
  if (h2 === undefined) return two;
  const second = (1 - ((h / (3 * (h + h1))) * (h * (h + h1))) / (h1 * (h1 + h2))) / 2;
  const q1 = h1 / h2;
  const three = [two[0] + second, two[1] - (1 + q1) * second, second * q1];
  if (h3 === undefined) return three;
  const third =
    (((1 - h / (3 * (h + h1))) / 2 + ((1 - h / (2 * (h + h1))) * h) / (6 * (h + h1 + h2))) * (h * (h + h1) * (h + h1 + h2))) /
    (h1 * (h1 + h2) * (h1 + h2 + h3));
  const q2 = (h1 * (h1 + h2)) / (h2 * (h2 + h3));
  const q3 = h2 / h3;
  return [three[0] + third, three[1] - (1 + q1 + q2) * third, three[2] + (q1 + q2 * (1 + q3)) * third, -third * q2 * q1];
}

/** DEIS (Zhang and Chen 2023), order 3: like `lms`, but the polynomial runs over the time of a variance preserving SDE. */
export const deis: Sampler = adamsBashforth(3, (sigmas, to) => {
  if (sigmas.length === 1) return [to - sigmas[0]];
  const times = sigmas.map(timeOf);
  return times.map((_, j) => integrate((time) => sigmaSlope(time) * lagrangeBasis(times, j, time), times[0], timeOf(to)));
});

/** The linear-beta SDE (Song et al. 2021) that DEIS takes for its time: sigma 0.002 at time 0.001 and 80 at time 1. */
const [startTime, startLog, endLog] = [1e-3, Math.log1p(0.002 ** 2), Math.log1p(80 ** 2)];
const betaSlope = (2 * (startLog / startTime - endLog)) / (startTime - 1);
const betaMin = endLog - betaSlope / 2;

/** The time at which that SDE has the noise level `sigma`. */
function timeOf(sigma: number): number {
  return (Math.sqrt(betaMin ** 2 + 2 * betaSlope * Math.log1p(sigma * sigma)) - betaMin) / betaSlope;
}

/** dsigma/dtime of that SDE. */
function sigmaSlope(time: number): number {
  const growth = Math.exp((betaSlope / 2) * time * time + betaMin * time);
  return (growth * (betaSlope * time + betaMin)) / (2 * Math.sqrt(growth - 1));
}
