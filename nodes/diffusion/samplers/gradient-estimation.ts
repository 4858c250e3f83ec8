import { combine, type Sampler, slope, stepwise, type Vector } from './sampler.ts';

/** How far the newest slope is trusted over the last one (the paper's gamma). */
const gamma = 2;

/**
 * Gradient estimation (Permenter and Yuan 2023, "Interpreting and Improving Diffusion Models"): Euler's step,
 * corrected by the change of the slope since the last step.
 */
function gradientEstimationWith(guidance: 'plain' | 'cfg++'): Sampler {
  return stepwise(() => {
    let last: Vector | undefined;
    return ({ x, denoised, uncond, from, to }) => {
      const newest = slope(x, guidance === 'plain' ? denoised : uncond, from);
      const previous = last ?? newest;
      last = newest;
      const correction = (gamma - 1) * (to - from);
      const start = guidance === 'plain' ? x : denoised;
      const distance = guidance === 'plain' ? to - from : to;
      return combine([1, start], [distance + correction, newest], [-correction, previous]);
    };
  });
}

export const gradientEstimation: Sampler = gradientEstimationWith('plain');
/** With CFG++ (Chung et al. 2024): slopes follow the unguided prediction. */
export const gradientEstimationCfgPp: Sampler = gradientEstimationWith('cfg++');
