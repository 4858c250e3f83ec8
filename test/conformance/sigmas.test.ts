import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createModelSampling } from '../../nodes/diffusion/model-sampling.ts';
import { schedulerNames, scheduleSigmas } from '../../nodes/diffusion/schedules.ts';
import { conformanceFile, describeConformance } from './vectors.ts';

const sdSchedule = { beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012, timesteps: 1000, prediction: 'eps' } as const;
const levels = z.record(z.string(), z.array(z.number().nullable()));

describeConformance('sigmas', () => {
  // The reference gives NaN for one step of kl_optimal, which JSON has no word for.
  const text = readFileSync(conformanceFile('sigmas.json'), 'utf8').replaceAll('NaN', 'null');
  const file = z
    .object({ model_sigmas_first_last: z.tuple([z.number(), z.number()]), schedules: z.record(z.string(), levels) })
    .parse(JSON.parse(text));
  const sampling = createModelSampling(sdSchedule);

  it('has the noise levels of training', () => {
    expect(sampling.sigmaMin).toBeCloseTo(file.model_sigmas_first_last[0], 8);
    expect(sampling.sigmaMax).toBeCloseTo(file.model_sigmas_first_last[1], 5);
  });

  it('knows every schedule', () => {
    expect([...schedulerNames].sort()).toEqual(Object.keys(file.schedules).sort());
  });

  for (const name of schedulerNames) {
    it.each(Object.entries(file.schedules[name] ?? {}))(`equals ${name} at %s steps`, (steps, expected) => {
      const actual = [...scheduleSigmas(name, sampling, Number(steps))];
      expect(actual).toHaveLength(expected.length);
      expect(actual.every(Number.isFinite)).toBe(true);
      const errors = expected.map((value, i) => (value === null ? 0 : Math.abs(actual[i] - value) / (value || 1)));
      expect(Math.max(...errors)).toBeLessThan(1e-5);
    });
  }
});
