import { solveLinear } from '../linear-equations.ts';
import { combine, lambdaOf, type Sampler, type Vector } from './sampler.ts';

type Past = { readonly lambda: number; readonly denoised: Vector };

/** A run that ends on 0 ends on this level instead: the method steps in ln sigma. */
const lastSigma = 0.001;

/**
 * UniPC (Zhao et al. 2023, algorithms 1 and 2) on the data prediction, multistep of order 3 with lower orders at both ends.
 * `variant` chooses the paper's B(h): h, or e^h - 1.
 */
function uniPcWith(variant: 'bh1' | 'bh2'): Sampler {
  return async (run) => {
    const steps = run.sigmas.length - 1;
    const levels = run.sigmas.map((sigma) => (sigma === 0 ? lastSigma : sigma));
    const maxOrder = Math.min(3, Math.max(1, steps - 1));
    let x = run.x;
    const first = await run.denoise(x, levels[0]);
    run.onStep({ index: 0, denoised: first.denoised });
    let past: Past[] = [{ lambda: lambdaOf(levels[0]), denoised: first.denoised }];
    for (let reached = 1; reached <= steps; reached++) {
      const order = Math.min(past.length, maxOrder, steps + 1 - reached);
      const step = planStep(past.slice(0, order), lambdaOf(levels[reached]), variant);
      const base = combine([levels[reached] / levels[reached - 1], x], [-step.phi, past[0].denoised]);
      const predicted = combine([1, base], ...weighDifferences(step, predictorWeights(step)));
      if (reached === steps) return predicted;
      const { denoised } = await run.denoise(predicted, levels[reached]);
      run.onStep({ index: reached, denoised });
      const weights = correctorWeights(step);
      const last = -step.scale * weights[weights.length - 1];
      x = combine([1, base], ...weighDifferences(step, weights), [last, denoised], [-last, past[0].denoised]);
      past = [{ lambda: lambdaOf(levels[reached]), denoised }, ...past].slice(0, maxOrder);
    }
    return x;
  };
}

export const uniPc: Sampler = uniPcWith('bh1');
export const uniPcBh2: Sampler = uniPcWith('bh2');

type PlannedStep = {
  /** Where older predictions lie, in units of the step seen from its start; the step's end (1) is the last. */
  readonly places: readonly number[];
  /** The differences of older predictions from the newest, divided by their places. */
  readonly differences: readonly Vector[];
  /** e^-h - 1. */
  readonly phi: number;
  /** The paper's B(h). */
  readonly scale: number;
  /** The right-hand sides of the order conditions. */
  readonly conditions: readonly number[];
};

function planStep(past: readonly Past[], end: number, variant: 'bh1' | 'bh2'): PlannedStep {
  const [newest, ...older] = past;
  const h = end - newest.lambda;
  const phi = Math.expm1(-h);
  const scale = variant === 'bh1' ? -h : phi;
  const olderPlaces = older.map((point) => (point.lambda - newest.lambda) / h);
  const conditions: number[] = [];
  let phiK = phi / -h - 1;
  let factorial = 1;
  for (let k = 1; k <= past.length; k++) {
    conditions.push((phiK * factorial) / scale);
    factorial *= k + 1;
    phiK = phiK / -h - 1 / factorial;
  }
  return {
    places: [...olderPlaces, 1],
    differences: older.map((point, i) => combine([1 / olderPlaces[i], point.denoised], [-1 / olderPlaces[i], newest.denoised])),
    phi,
    scale,
    conditions,
  };
}

function weighDifferences({ differences, scale }: PlannedStep, weights: readonly number[]) {
  return differences.map((difference, i) => [-scale * weights[i], difference] as const);
}

/** The paper fixes the weight 1/2 for order 2. */
function predictorWeights({ places, conditions }: PlannedStep): readonly number[] {
  if (places.length === 2) return [1 / 2];
  return solveVandermonde(places.slice(0, -1), conditions.slice(0, -1));
}

/** The paper fixes the weight 1/2 for order 1. */
function correctorWeights({ places, conditions }: PlannedStep): readonly number[] {
  if (places.length === 1) return [1 / 2];
  return solveVandermonde(places, conditions);
}

/** Solves sum_j w_j r_j^k = b_k for k = 0, 1, ... */
function solveVandermonde(r: readonly number[], b: readonly number[]): readonly number[] {
  return solveLinear(b.map((value, k) => [...r.map((place) => place ** k), value])).map(([weight]) => weight);
}
