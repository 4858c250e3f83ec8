import { ancestralStep, combine, eulerStep, lambdaOf, type Sampler, type Step, stepwise, type Vector } from './sampler.ts';

type Past = { readonly denoised: Vector; readonly down: number; readonly from: number };

/**
 * RES, the refined exponential solver (Zhang et al. 2023, arXiv:2308.02157), multistep of order 2, in lambda = -ln sigma.
 * `eta` adds fresh noise after each step.
 */
function resMultistepWith(eta: number, guidance: 'plain' | 'cfg++'): Sampler {
  return stepwise(({ noise }) => {
    let past: Past | undefined;
    return (step) => {
      const { down, up } = ancestralStep(step.from, step.to, eta);
      const reached = guidance === 'plain' ? plainStep(step, down, past) : cfgPpStep(step, down, past);
      past = { denoised: guidance === 'plain' ? step.denoised : step.uncond, down, from: step.from };
      return up > 0 ? combine([1, reached], [up, noise.gaussian()]) : reached;
    };
  });
}

export const resMultistep: Sampler = resMultistepWith(0, 'plain');
export const resMultistepAncestral: Sampler = resMultistepWith(1, 'plain');
/** With CFG++ (Chung et al. 2024): the steps follow the unguided prediction, x is moved by what guidance changes. */
export const resMultistepCfgPp: Sampler = resMultistepWith(0, 'cfg++');

function plainStep({ x, denoised, from }: Step, down: number, past: Past | undefined): Vector {
  if (past === undefined) return eulerStep(x, denoised, from, down);
  const { now, before } = weights(from, down, past);
  return combine([down / from, x], [now, denoised], [before, past.denoised]);
}

function cfgPpStep({ x, denoised, uncond, from }: Step, down: number, past: Past | undefined): Vector {
  const keep = down / from;
  if (past === undefined) return combine([1, denoised], [keep, x], [-keep, uncond]);
  const { now, before } = weights(from, down, past);
  return combine([keep, x], [keep, denoised], [now - keep, uncond], [before, past.denoised]);
}

/** The weights of the newest prediction and the one before it for a step from `from` to `down`. */
function weights(from: number, down: number, past: Past): { now: number; before: number } {
  const h = lambdaOf(down) - lambdaOf(from);
  const c2 = (lambdaOf(past.from) - lambdaOf(past.down)) / h;
  const phi1 = Math.expm1(-h) / -h;
  const phi2 = (phi1 - 1) / -h;
  return { now: h * (phi1 - phi2 / c2), before: (h * phi2) / c2 };
}
