/** A batch of latents as one flat array: samplers do not care for its shape. Never written to once it was handed on. */
export type Vector = Float32Array;

/** What a model thinks of noisy latents. */
type Prediction = {
  /** The clean latents x0, with guidance. */
  readonly denoised: Vector;
  /** The clean latents that the negative conditioning alone leads to; equals `denoised` where it was not asked for. */
  readonly uncond: Vector;
};

/** Predicts the clean latents behind `x`, whose noise has the standard deviation `sigma` > 0. */
export type Denoiser = (x: Vector, sigma: number) => Promise<Prediction>;

export type NoiseSource = {
  /** The next independent noise of standard deviation 1. */
  gaussian(): Vector;
  /**
   * Noise from one Brownian path over sigma, so that a different number of steps follows the same path:
   * the increment between two levels within `sigmaMin`..`sigmaMax`, scaled to a standard deviation of 1.
   */
  brownian(sigmaMin: number, sigmaMax: number): (from: number, to: number) => Vector;
};

/** What a sampler works on and with. */
export type SamplerRun = {
  readonly denoise: Denoiser;
  /** The noisy latents at `sigmas[0]`. */
  readonly x: Vector;
  /** n + 1 noise levels of n steps, from high to low; usually ends on 0. */
  readonly sigmas: Float32Array;
  readonly noise: NoiseSource;
  /** The noise level after a share (0..1) of the model's whole schedule. */
  percentToSigma(percent: number): number;
  /** Called once for each step, as soon as its first prediction is known. May throw to stop. */
  onStep(step: { readonly index: number; readonly denoised: Vector }): void;
};

/** Takes noisy latents down the noise levels and returns those at the last one. */
export type Sampler = (run: SamplerRun) => Promise<Vector>;

/** One step of a sampler, after its first prediction. */
export type Step = Prediction & {
  readonly index: number;
  readonly x: Vector;
  /** The noise level of `x`. */
  readonly from: number;
  /** The noise level to reach, > 0. */
  readonly to: number;
};

/**
 * A sampler that predicts once at the start of each step and then updates x. `createUpdate` is called once for a run,
 * so that what it closes over is the memory of a multistep method. A step to 0 always ends on the prediction itself.
 */
export function stepwise(createUpdate: (run: SamplerRun) => (step: Step) => Vector | Promise<Vector>): Sampler {
  return async (run) => {
    const { sigmas } = run;
    const update = createUpdate(run);
    let x = run.x;
    for (let index = 0; index + 1 < sigmas.length; index++) {
      const from = sigmas[index];
      const to = sigmas[index + 1];
      const prediction = await run.denoise(x, from);
      run.onStep({ index, denoised: prediction.denoised });
      x = to === 0 ? prediction.denoised : await update({ ...prediction, index, x, from, to });
    }
    return x;
  };
}

/** The sum of vectors, each times its factor. Sums are rounded to float32 term by term. */
export function combine(...terms: readonly (readonly [factor: number, vector: Vector])[]): Vector {
  const sum = new Float32Array(terms[0][1].length);
  for (const [factor, vector] of terms) {
    if (factor === 0) continue;
    for (let i = 0; i < sum.length; i++) sum[i] += factor * vector[i];
  }
  return sum;
}

/** dx/dsigma of the probability flow (Karras et al. 2022, eq. 3): (x - denoised) / sigma. */
export function slope(x: Vector, denoised: Vector, sigma: number): Vector {
  return combine([1 / sigma, x], [-1 / sigma, denoised]);
}

/** Euler's step from `from` to `to` along the probability flow. */
export function eulerStep(x: Vector, denoised: Vector, from: number, to: number): Vector {
  return combine([to / from, x], [1 - to / from, denoised]);
}

/**
 * Splits a step into a deterministic one down to `down` and fresh noise of deviation `up`, so that the level is `to` again.
 * `eta` 0 adds no noise, 1 as much as ancestral sampling does.
 */
export function ancestralStep(from: number, to: number, eta: number): { down: number; up: number } {
  const up = Math.min(to, eta * Math.sqrt((to * to * (from * from - to * to)) / (from * from)));
  return { down: Math.sqrt(to * to - up * up), up };
}

/** The logarithmic signal-to-noise ratio (halved) of a noise level: exponential integrators step in it. */
export function lambdaOf(sigma: number): number {
  return -Math.log(sigma);
}

export function sigmaOf(lambda: number): number {
  return Math.exp(-lambda);
}

/** The Brownian noise of a run, over all of its noise levels above 0. */
export function brownianNoise({ noise, sigmas }: SamplerRun): (from: number, to: number) => Vector {
  const positive = sigmas.filter((sigma) => sigma > 0);
  return noise.brownian(Math.min(...positive), Math.max(...positive));
}
