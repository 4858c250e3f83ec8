import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModelSampling, inputScale, percentToSigma, predictionFactors, sigmaToTimestep, timestepToSigma } from './model-sampling.ts';

const schedule = { beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012, timesteps: 1000, prediction: 'eps' } as const;
const sampling = createModelSampling(schedule);

describe('createModelSampling', () => {
  it('rises from the lowest to the highest level', () => {
    for (const beta_schedule of ['linear', 'scaled_linear'] as const) {
      const { sigmas } = createModelSampling({ ...schedule, beta_schedule });
      expect([...sigmas].every((sigma, i) => i === 0 || sigma > sigmas[i - 1])).toBe(true);
    }
  });

  it('has the single level of a schedule of one step', () => {
    const { sigmas } = createModelSampling({ ...schedule, timesteps: 1 });
    expect(sigmas[0]).toBeCloseTo(Math.sqrt(0.00085 / (1 - 0.00085)), 6);
  });
});

describe('a schedule with zero terminal signal', () => {
  it('ends on pure noise and begins where it did', () => {
    const { sigmas, sigmaMax } = createModelSampling({ ...schedule, zero_terminal_snr: true });
    expect(sigmas[0]).toBeCloseTo(sampling.sigmas[0], 6);
    expect(sigmaMax).toBeCloseTo(Math.sqrt(1 / 4.8973451890853435e-8 - 1), 0);
    expect([...sigmas].every((sigma, i) => i === 0 || sigma > sigmas[i - 1])).toBe(true);
  });
});

const distilled = createModelSampling({ ...schedule, prediction: 'lcm' });
const continuous = createModelSampling({ ...schedule, prediction: 'edm', edm: { sigma_data: 0.5, sigma_min: 0.002, sigma_max: 80 } });

describe('a distilled schedule', () => {
  it('knows every 20th level, up to the last', () => {
    expect(distilled.sigmas).toHaveLength(50);
    expect(distilled.sigmaMin).toBe(sampling.sigmas[19]);
    expect(distilled.sigmaMax).toBe(sampling.sigmas[999]);
    expect(sigmaToTimestep(distilled, sampling.sigmas[39])).toBe(39);
    expect(timestepToSigma(distilled, 39)).toBeCloseTo(sampling.sigmas[39], 5);
  });
});

describe('a continuous range of levels', () => {
  it('spans its range, with timesteps of a quarter of the logarithm', () => {
    expect(continuous.sigmaMin).toBeCloseTo(0.002, 8);
    expect(continuous.sigmaMax).toBeCloseTo(80, 4);
    expect(sigmaToTimestep(continuous, Math.exp(2))).toBeCloseTo(0.5, 9);
    expect(timestepToSigma(continuous, 0.5)).toBeCloseTo(Math.exp(2), 9);
    expect(percentToSigma(continuous, 0.5)).toBeCloseTo(Math.sqrt(80 * 0.002), 5);
  });
});

describe('timesteps', () => {
  it('come back from their levels', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), (timestep) => {
        expect(sigmaToTimestep(sampling, timestepToSigma(sampling, timestep))).toBe(timestep);
      }),
    );
  });

  it('are the nearest in log sigma', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 100, noNaN: true }), (sigma) => {
        const distances = [...sampling.sigmas].map((level) => Math.abs(Math.log(level) - Math.log(sigma)));
        expect(distances[sigmaToTimestep(sampling, sigma)]).toBeCloseTo(Math.min(...distances), 9);
      }),
    );
  });
});

describe('percentToSigma', () => {
  it('is above all levels at 0, none at 1 and falls between', () => {
    expect(percentToSigma(sampling, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(percentToSigma(sampling, 1)).toBe(0);
    expect(percentToSigma(sampling, 0.2)).toBeGreaterThan(percentToSigma(sampling, 0.8));
  });
});

describe('predictionFactors', () => {
  const finite = fc.double({ min: -3, max: 3, noNaN: true });
  const level = fc.double({ min: 0.03, max: 15, noNaN: true });

  it('recover x0 from what a perfect model would answer', () => {
    fc.assert(
      fc.property(finite, finite, level, (x0, noise, sigma) => {
        const x = x0 + sigma * noise;
        // In variance-preserving variables: alpha = inputScale, v = alpha noise - alpha sigma x0 (Salimans and Ho 2022).
        const alpha = inputScale(sampling, sigma);
        const answers = { eps: noise, v: alpha * noise - alpha * sigma * x0, x0 };
        for (const prediction of ['eps', 'v', 'x0'] as const) {
          const factors = predictionFactors({ ...sampling, prediction }, sigma);
          expect(factors.x * x + factors.output * answers[prediction]).toBeCloseTo(x0, 6);
        }
      }),
    );
  });

  it('follow the preconditioning of Karras et al. 2022 for edm', () => {
    fc.assert(
      fc.property(level, (sigma) => {
        const { x, output } = predictionFactors(continuous, sigma);
        // Table 1: of targets of unit variance, D is the best mix of x and F: its error's variance is c_out^2.
        expect(output ** 2).toBeCloseTo(((1 - x) * 0.5) ** 2 + (x * sigma) ** 2, 6);
        expect(inputScale(continuous, sigma)).toBeCloseTo(1 / Math.hypot(sigma, 0.5), 9);
      }),
    );
  });

  it('trust a consistency model more the noisier the picture is', () => {
    const x0OfNoise = (sigma: number) => predictionFactors(distilled, sigma);
    const [late, early] = [x0OfNoise(distilled.sigmaMin), x0OfNoise(distilled.sigmaMax)];
    expect(early.x).toBeCloseTo(1, 6);
    expect(early.output).toBeCloseTo(-distilled.sigmaMax, 4);
    const scaled = 190;
    expect(late.x).toBeCloseTo(0.25 / (scaled ** 2 + 0.25) + scaled / Math.sqrt(scaled ** 2 + 0.25), 9);
  });
});
