import { combine, type Sampler, stepwise, type Vector } from './sampler.ts';

/** The paper's noise scale function: how much of the noise each level renews. */
function noiseScale(sigma: number): number {
  return sigma * (Math.exp(sigma ** 0.3) + 10);
}

const integrationPoints = 200;

/** Sums f(sigma) dsigma from `to` up to `from` over equally spaced points, as the reference implementation does. */
function sumOver(from: number, to: number, f: (sigma: number) => number): number {
  const width = (from - to) / integrationPoints;
  let sum = 0;
  for (let i = 0; i < integrationPoints; i++) sum += f(to + i * width);
  return sum * width;
}

/** ER-SDE-Solver-3 (Cui et al. 2023, "Elucidating the solution space of extended reverse-time SDE"), in its variance exploding form. */
export const erSde: Sampler = stepwise(({ sigmas, noise }) => {
  let lastDenoised: Vector | undefined;
  let lastDerivative: Vector | undefined;
  return ({ index, x, denoised, from, to }) => {
    const ratio = noiseScale(to) / noiseScale(from);
    const step = to - from;
    const up = Math.sqrt(Math.max(0, to * to - from * from * ratio * ratio));
    const terms: [number, Vector][] = [
      [ratio, x],
      [1 - ratio, denoised],
    ];
    if (lastDenoised !== undefined) {
      const span = from - sigmas[index - 1];
      const derivative = combine([1 / span, denoised], [-1 / span, lastDenoised]);
      terms.push([step + noiseScale(to) * sumOver(from, to, (sigma) => 1 / noiseScale(sigma)), derivative]);
      if (lastDerivative !== undefined) {
        const halfSpan = (from - sigmas[index - 2]) / 2;
        const secondDerivative = combine([1 / halfSpan, derivative], [-1 / halfSpan, lastDerivative]);
        const weight = (step * step) / 2 + noiseScale(to) * sumOver(from, to, (sigma) => (sigma - from) / noiseScale(sigma));
        terms.push([weight, secondDerivative]);
      }
      lastDerivative = derivative;
    }
    lastDenoised = denoised;
    terms.push([up, noise.gaussian()]);
    return combine(...terms);
  };
});
