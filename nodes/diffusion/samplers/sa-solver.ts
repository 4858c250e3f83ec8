import { integrate, lagrangeBasis } from './lagrange.ts';
import { combine, lambdaOf, type Sampler, type SamplerRun, type Vector } from './sampler.ts';

const predictorOrder = 3;
const correctorOrder = 4;

type Past = { readonly lambda: number; readonly denoised: Vector };

/**
 * SA-Solver (Xue et al. 2023): a stochastic Adams method with predictor and corrector. Noise is added (tau = 1)
 * between 20 % and 80 % of the model's schedule and nowhere else (tau = 0).
 */
export const saSolver: Sampler = async (run) => {
  const { sigmas } = run;
  const steps = sigmas.length - 1;
  const tauAt = tauFunction(run);
  let x = run.x;
  let predicted = run.x;
  let past: Past[] = [];
  let lastStep: { from: number; tau: number; noise: Vector | undefined } | undefined;
  for (let index = 0; index < steps; index++) {
    const from = sigmas[index];
    const to = sigmas[index + 1];
    const { denoised } = await run.denoise(predicted, from);
    run.onStep({ index, denoised });
    if (to === 0) return denoised;
    past = [{ lambda: lambdaOf(from), denoised }, ...past].slice(0, correctorOrder);

    // Towards a final 0 the orders fall, which is more stable.
    const stepsLeft = sigmas[steps] === 0 ? steps - 1 - index : Number.POSITIVE_INFINITY;
    if (lastStep === undefined) x = predicted;
    else x = adamsStep(x, past.slice(0, stepsLeft + 1), { ...lastStep, to: from });

    const tau = tauAt(to);
    const h = lambdaOf(to) - lambdaOf(from);
    const noise = tau > 0 ? combine([to * Math.sqrt(-Math.expm1(-2 * tau * tau * h)), run.noise.gaussian()]) : undefined;
    predicted = adamsStep(x, past.slice(0, Math.min(predictorOrder, stepsLeft)), { from, to, tau, noise });
    lastStep = { from, tau, noise };
  }
  return predicted;
};

function tauFunction(run: SamplerRun): (sigma: number) => number {
  const start = run.percentToSigma(0.2);
  const end = run.percentToSigma(0.8);
  return (sigma) => (sigma <= start && sigma >= end ? 1 : 0);
}

/** One step of the stochastic Adams method on predictions at known places; their polynomial is integrated against the SDE's kernel. */
function adamsStep(
  x: Vector,
  past: readonly Past[],
  { from, to, tau, noise }: { from: number; to: number; tau: number; noise: Vector | undefined },
): Vector {
  const start = lambdaOf(from);
  const end = lambdaOf(to);
  const speed = 1 + tau * tau;
  const places = past.map((point) => point.lambda);
  const terms = past.map(({ denoised }, j) => {
    const weight = integrate((lambda) => speed * Math.exp(speed * (lambda - end)) * lagrangeBasis(places, j, lambda), start, end);
    return [weight, denoised] as const;
  });
  const keep = (to / from) * Math.exp(-tau * tau * (end - start));
  return combine([keep, x], ...terms, ...(noise === undefined ? [] : [[1, noise] as const]));
}
