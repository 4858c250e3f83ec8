import { expect, it } from 'vitest';
import { schedulerNames } from '../../nodes/diffusion/schedules.ts';
import { type Tensor, zeros } from '../../nodes/diffusion/tensor.ts';
import type { LatentValue } from '../../nodes/types.ts';
import { openTiny, testEngine } from './engine.ts';
import { distance, type Model, prompt, type Setup } from './sample-distance.ts';
import { describeConformance, readVectors } from './vectors.ts';

async function loadTiny(name: Parameters<typeof openTiny>[0]): Promise<Model> {
  const { MODEL: model } = await openTiny(name);
  return { config: model.config, unet: await testEngine().unet(model) };
}

/** dpm_adaptive chooses its own steps. */
function tolerance(sampler: string): number {
  return sampler === 'dpm_adaptive' ? 1e-2 : 2e-3;
}

describeConformance('sampling with tiny-sd1', () => {
  const vectors = readVectors('tiny-sd1.expected.safetensors');
  const loaded = loadTiny('tiny-sd1');
  const run = async (name: string, changes: Partial<Setup>) => distance(await loaded, vectors, name, changes);

  it.each(vectors.namesUnder('sample/sampler/'))('equals the reference with sampler %s', async (sampler) => {
    expect(await run(`sampler/${sampler}`, { sampler })).toBeLessThan(tolerance(sampler));
  });

  it.each(schedulerNames)('equals the reference with scheduler %s', async (scheduler) => {
    expect(await run(`scheduler/${scheduler}`, { scheduler, sampler: 'dpmpp_2m' })).toBeLessThan(2e-3);
  });

  const source: LatentValue = { samples: vectors.get('sample/source_latent') };
  const [first, second] = [prompt(vectors, 1), prompt(vectors, 2)];
  const cases: Record<string, Partial<Setup>> = {
    cfg1: { cfg: 1 },
    batch2: { latent: { samples: zeros([2, 4, 16, 16]) } },
    seed_large: { seed: 2n ** 53n + 12345n },
    wide: { latent: { samples: zeros([1, 4, 8, 24]) } },
    'img2img_0.5': { latent: source, denoise: 0.5 },
    'img2img_0.3_euler_ancestral': { latent: source, denoise: 0.3, steps: 10, sampler: 'euler_ancestral' },
    advanced_0_3_leftover: { range: { start: 0, end: 3, endsOnZero: false } },
    advanced_3_end: {
      latent: { samples: vectors.get('sample/advanced_0_3_leftover') },
      range: { start: 3, end: 10000, endsOnZero: true },
      addsNoise: false,
    },
    combine: { positive: [first, second] },
    areas: {
      positive: [
        { ...first, area: { unit: 'latent', height: 8, width: 8, y: 0, x: 0 } },
        { ...second, area: { unit: 'latent', height: 16, width: 8, y: 0, x: 8 }, strength: 0.7 },
        prompt(vectors, 0),
      ],
    },
    timestep_range: {
      positive: [
        { ...first, startPercent: 0, endPercent: 0.4 },
        { ...second, startPercent: 0.4, endPercent: 1 },
      ],
    },
    masked_cond: { positive: [{ ...first, mask: leftHalf() }, second] },
  };
  for (const sampler of vectors.namesUnder('sample/inpaint/')) {
    cases[`inpaint/${sampler}`] = { sampler, latent: { ...source, noiseMask: vectors.get('sample/mask') } };
  }
  it.each(Object.entries(cases))('equals the reference in %s', async (name, changes) => {
    expect(await run(name, changes)).toBeLessThan(2e-3);
  });

  it('leaves out no sample of the reference', () => {
    const inputs = ['source_latent', 'mask'];
    const others = vectors.namesUnder('sample/').filter((name) => !name.startsWith('sampler/') && !name.startsWith('scheduler/'));
    expect(others.filter((name) => !inputs.includes(name)).sort()).toEqual(Object.keys(cases).sort());
  });
});

describeConformance('sampling with the other families', () => {
  const cases = (['tiny-sd2', 'tiny-sdxl'] as const).flatMap((family) => {
    const vectors = readVectors(`${family}.expected.safetensors`);
    const loaded = loadTiny(family);
    return vectors.namesUnder('sample/sampler/').map((sampler) => ({ family, sampler, vectors, loaded }));
  });
  it.each(cases)('equals the reference with $family and $sampler', async ({ sampler, vectors, loaded }) => {
    expect(await distance(await loaded, vectors, `sampler/${sampler}`, { sampler })).toBeLessThan(2e-3);
  });
});

function leftHalf(): Tensor {
  const mask = zeros([1, 128, 128]);
  for (let y = 0; y < 128; y++) mask.data.fill(1, y * 128, y * 128 + 64);
  return mask;
}
