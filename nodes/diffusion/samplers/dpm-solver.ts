import { combine, type Denoiser, lambdaOf, type Sampler, type SamplerRun, sigmaOf, slope, type Vector } from './sampler.ts';

/**
 * DPM-Solver (Lu et al. 2022a) in the variables of Karras et al.: exponential integrators of order 1 to 3 over
 * lambda = -ln sigma, on the noise prediction epsilon = (x - denoised) / sigma.
 */
type Solver = {
  readonly denoise: Denoiser;
  readonly x: Vector;
  readonly from: number;
  readonly to: number;
  /** The noise prediction at `from`. */
  readonly epsilon: Vector;
};

function firstOrder({ x, from, to, epsilon }: Solver): Vector {
  return combine([1, x], [-sigmaOf(to) * Math.expm1(to - from), epsilon]);
}

/** The noise prediction at `r` of the way, reached by a first-order step. */
async function epsilonAt(solver: Solver, r: number): Promise<Vector> {
  const at = solver.from + r * (solver.to - solver.from);
  return epsilonOf(solver.denoise, firstOrder({ ...solver, to: at }), at);
}

async function epsilonOf(denoise: Denoiser, x: Vector, lambda: number): Promise<Vector> {
  const sigma = sigmaOf(lambda);
  return slope(x, (await denoise(x, sigma)).denoised, sigma);
}

function secondOrder({ x, from, to, epsilon }: Solver, r: number, epsilonAtR: Vector): Vector {
  const whole = -sigmaOf(to) * Math.expm1(to - from);
  const bend = whole / (2 * r);
  return combine([1, x], [whole - bend, epsilon], [bend, epsilonAtR]);
}

/** `epsilonAtThird` is the noise prediction at a third of the way. */
async function thirdOrder({ denoise, x, from, to, epsilon }: Solver, epsilonAtThird: Vector): Promise<Vector> {
  const [r1, r2] = [1 / 3, 2 / 3];
  const h = to - from;
  const at = from + r2 * h;
  const bendAt = -sigmaOf(at) * (r2 / r1) * (Math.expm1(r2 * h) / (r2 * h) - 1);
  const partway = combine([1, x], [-sigmaOf(at) * Math.expm1(r2 * h) - bendAt, epsilon], [bendAt, epsilonAtThird]);
  const epsilonPartway = await epsilonOf(denoise, partway, at);
  const bend = (-sigmaOf(to) / r2) * (Math.expm1(h) / h - 1);
  return combine([1, x], [-sigmaOf(to) * Math.expm1(h) - bend, epsilon], [bend, epsilonPartway]);
}

/** The range of lambda of a run; a last level of 0 cannot be reached, so the one before it ends the run. */
function lambdaRange(sigmas: Float32Array): { start: number; end: number } {
  const last = sigmas[sigmas.length - 1];
  return { start: lambdaOf(sigmas[0]), end: lambdaOf(last > 0 ? last : sigmas[sigmas.length - 2]) };
}

/**
 * DPM-Solver-fast (Lu et al. 2022a, section 3.4): a fixed number of model calls, as many as the run has steps,
 * in steps of order 3 that end with lower ones. Uses the run's range of noise and not the levels between.
 */
export const dpmFast: Sampler = async (run) => {
  const calls = run.sigmas.length - 1;
  const { start, end } = lambdaRange(run.sigmas);
  const count = Math.floor(calls / 3) + 1;
  const orders = Array.from({ length: count - 1 }, () => 3).concat(calls % 3);
  if (calls % 3 === 0) orders.splice(-2, 2, 2, 1);
  let x = run.x;
  for (const [index, order] of orders.entries()) {
    const from = start + ((end - start) * index) / count;
    const to = start + ((end - start) * (index + 1)) / count;
    const { denoised } = await run.denoise(x, sigmaOf(from));
    run.onStep({ index, denoised });
    const solver: Solver = { denoise: run.denoise, x, from, to, epsilon: slope(x, denoised, sigmaOf(from)) };
    if (order === 1) x = firstOrder(solver);
    else if (order === 2) x = secondOrder(solver, 1 / 2, await epsilonAt(solver, 1 / 2));
    else x = await thirdOrder(solver, await epsilonAt(solver, 1 / 3));
  }
  return x;
};

const relativeTolerance = 0.05;
const absoluteTolerance = 0.0078;
const firstStep = 0.05;
const acceptedFactor = 0.81;

/**
 * DPM-Solver-12/23 with steps of its own choice (Lu et al. 2022a, appendix C): the difference between orders 2 and 3
 * measures the error, and an integral controller sets the next step's size by it.
 */
export const dpmAdaptive: Sampler = async (run: SamplerRun) => {
  const { start, end } = lambdaRange(run.sigmas);
  let size = firstStep;
  let at = start;
  let x = run.x;
  let lower = x;
  for (let index = 0; at < end - 1e-5; index++) {
    const to = Math.min(end, at + size);
    const { denoised } = await run.denoise(x, sigmaOf(at));
    run.onStep({ index, denoised });
    const solver: Solver = { denoise: run.denoise, x, from: at, to, epsilon: slope(x, denoised, sigmaOf(at)) };
    const epsilonAtThird = await epsilonAt(solver, 1 / 3);
    const low = secondOrder(solver, 1 / 3, epsilonAtThird);
    const high = await thirdOrder(solver, epsilonAtThird);
    const factor = stepFactor(relativeError(low, high, lower));
    if (factor >= acceptedFactor) {
      x = high;
      lower = low;
      at = to;
    }
    size *= factor;
  }
  return x;
};

/** The root mean square of the difference of two solutions, each value as a share of what is tolerable. */
function relativeError(low: Vector, high: Vector, previous: Vector): number {
  let sum = 0;
  for (let i = 0; i < low.length; i++) {
    const tolerable = Math.max(absoluteTolerance, relativeTolerance * Math.max(Math.abs(low[i]), Math.abs(previous[i])));
    sum += ((low[i] - high[i]) / tolerable) ** 2;
  }
  return Math.sqrt(sum / low.length);
}

/** How much the step's size should change after an error of `error` times the tolerable, softly limited. */
function stepFactor(error: number): number {
  const order = 3;
  return 1 + Math.atan((error + 1e-8) ** (-1 / order) - 1);
}
