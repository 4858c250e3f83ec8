import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModelSampling } from './model-sampling.ts';
import { calculateSigmas, partialSigmas, schedulerNames, scheduleSigmas } from './schedules.ts';

const sampling = createModelSampling({
  beta_schedule: 'scaled_linear',
  beta_start: 0.00085,
  beta_end: 0.012,
  timesteps: 1000,
  prediction: 'eps',
});

describe('scheduleSigmas', () => {
  it.each(schedulerNames)('falls to 0 within the range of the model: %s', (name) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1200 }), (steps) => {
        const sigmas = [...scheduleSigmas(name, sampling, steps)];
        expect(sigmas.every((sigma, i) => i === 0 || sigma <= sigmas[i - 1])).toBe(true);
        expect(sigmas[0]).toBeLessThan(sampling.sigmaMax * 1.0001);
        expect(sigmas.at(-2)).toBeGreaterThan(0);
        expect(sigmas.at(-1)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('partialSigmas', () => {
  const calculate = (steps: number) => scheduleSigmas('normal', sampling, steps);

  it('takes the last steps of a longer schedule', () => {
    expect(partialSigmas(calculate, 10, 0.5)).toEqual(calculate(20).slice(-11));
  });

  it('is whole at denoise 1 and empty at 0', () => {
    expect(partialSigmas(calculate, 10, 1)).toEqual(calculate(10));
    expect(partialSigmas(calculate, 10, 0)).toHaveLength(0);
  });
});

describe('calculateSigmas', () => {
  it('leaves out the level before the last where a sampler wants it', () => {
    const options = { scheduler: 'karras', sampling, denoise: 1 } as const;
    const longer = [...calculateSigmas({ ...options, steps: 11, skipsPenultimate: false })];
    const skipping = [...calculateSigmas({ ...options, steps: 10, skipsPenultimate: true })];
    expect(skipping).toEqual([...longer.slice(0, -2), 0]);
  });
});
