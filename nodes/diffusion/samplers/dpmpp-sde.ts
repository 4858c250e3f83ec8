import { ancestralStep, brownianNoise, combine, lambdaOf, type Sampler, sigmaOf, stepwise, type Vector } from './sampler.ts';

/** DPM-Solver++ for the diffusion SDE, single step with an inner point halfway in lambda (Lu et al. 2022b, section 5.1). */
export const dpmppSde: Sampler = stepwise((run) => {
  const noise = brownianNoise(run);
  return async ({ x, denoised, from, to }) => {
    const middle = sigmaOf((lambdaOf(from) + lambdaOf(to)) / 2);
    const inner = ancestralStep(from, middle, 1);
    const halfway = combine([inner.down / from, x], [1 - inner.down / from, denoised], [inner.up, noise(from, middle)]);
    const { denoised: denoisedHalfway } = await run.denoise(halfway, middle);
    const { down, up } = ancestralStep(from, to, 1);
    return combine([down / from, x], [1 - down / from, denoisedHalfway], [up, noise(from, to)]);
  };
});

/** What the SDE samplers share: with eta = 1 a step of h in lambda acts like one of 2 h on the signal, and noise makes up for the rest. */
function sdeStep(from: number, to: number) {
  const h = lambdaOf(to) - lambdaOf(from);
  const h2 = 2 * h;
  return { h, h2, keep: (to / from) * Math.exp(-h), towards: -Math.expm1(-h2), noise: to * Math.sqrt(-Math.expm1(-2 * h)) };
}

/** SDE-DPM-Solver++(2M) (Lu et al. 2022b, section 5.2); `bendOf` gives the factor of the second-order term for a step of h2. */
function dpmpp2mSdeWith(bendOf: (h2: number) => number): Sampler {
  return stepwise((run) => {
    const noise = brownianNoise(run);
    let last: { denoised: Vector; h: number } | undefined;
    return ({ x, denoised, from, to }) => {
      const step = sdeStep(from, to);
      const bend = last === undefined ? 0 : (bendOf(step.h2) * step.h) / last.h;
      const previous = last?.denoised ?? denoised;
      last = { denoised, h: step.h };
      return combine([step.keep, x], [step.towards + bend, denoised], [-bend, previous], [step.noise, noise(from, to)]);
    };
  });
}

/** The midpoint form. */
export const dpmpp2mSde: Sampler = dpmpp2mSdeWith((h2) => -Math.expm1(-h2) / 2);

/** The form of Heun's method. */
export const dpmpp2mSdeHeun: Sampler = dpmpp2mSdeWith((h2) => Math.expm1(-h2) / h2 + 1);

/** The third-order multistep form: two predictions back. */
export const dpmpp3mSde: Sampler = stepwise((run) => {
  const noise = brownianNoise(run);
  let last: { denoised: Vector; h: number } | undefined;
  let secondLast: typeof last;
  return ({ x, denoised, from, to }) => {
    const step = sdeStep(from, to);
    const base = combine([step.keep, x], [step.towards, denoised], [step.noise, noise(from, to)]);
    const phi2 = Math.expm1(-step.h2) / step.h2 + 1;
    const phi3 = phi2 / step.h2 - 0.5;
    const [one, two] = [last, secondLast];
    secondLast = one;
    last = { denoised, h: step.h };
    if (one === undefined) return base;
    const r0 = one.h / step.h;
    const firstDifference = combine([1 / r0, denoised], [-1 / r0, one.denoised]);
    if (two === undefined) return combine([1, base], [phi2, firstDifference]);
    const r1 = two.h / step.h;
    const earlierDifference = combine([1 / r1, one.denoised], [-1 / r1, two.denoised]);
    // The Newton form of the parabola through three predictions: its slope and curvature at the newest.
    const slopeShare = phi2 * (r0 / (r0 + r1));
    const curvature = phi3 / (r0 + r1);
    const change = slopeShare - curvature;
    return combine([1, base], [phi2 + change, firstDifference], [-change, earlierDifference]);
  };
});
