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
  it('recover x0 from what a perfect model would answer', () => {
    const finite = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(finite, finite, fc.double({ min: 0.03, max: 15, noNaN: true }), (x0, noise, sigma) => {
        const x = x0 + sigma * noise;
        // In variance-preserving variables: alpha = inputScale, v = alpha noise - alpha sigma x0 (Salimans and Ho 2022).
        const alpha = inputScale(sigma);
        const answers = { eps: noise, v: alpha * noise - alpha * sigma * x0 };
        for (const prediction of ['eps', 'v'] as const) {
          const factors = predictionFactors(prediction, sigma);
          expect(factors.x * x + factors.output * answers[prediction]).toBeCloseTo(x0, 6);
        }
      }),
    );
  });
});
