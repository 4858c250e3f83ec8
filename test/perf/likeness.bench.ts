import { fileURLToPath } from 'node:url';
import { createEngine } from '../../electron/workers/engine.ts';
import { clipTextEncode } from '../../nodes/conditioning/text.ts';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { zeros } from '../../nodes/diffusion/tensor.ts';
import { vaeDecode } from '../../nodes/latent/vae.ts';
import { checkpointRecipes } from '../../nodes/loaders/recipes.ts';
import { deepCache, int8Model } from '../../nodes/sampling/faster.ts';
import { kSampler } from '../../nodes/sampling/ksampler.ts';
import type { ImageValue, ModelRecipe } from '../../nodes/types.ts';
import { runFor, testContext } from '../run-node.ts';
import type { BenchRow } from './rows.ts';
import { ssim } from './ssim.ts';

const prompts = [
  'a beautiful sunset over the ocean',
  'a house with a red roof in a meadow on a sunny day',
  'snowy mountains at night with stars',
  'a red hot air balloon over the desert',
];
const seeds = [1n, 2n, 3n];
const ways = [
  { sampler_name: 'dpmpp_2m', steps: 20 },
  { sampler_name: 'dpmpp_2m', steps: 30 },
  { sampler_name: 'euler', steps: 20 },
  { sampler_name: 'euler', steps: 30 },
];

type Change = (model: ModelRecipe) => Promise<ModelRecipe>;

const reuse =
  (every: number): Change =>
  (model) =>
    runFor('MODEL', deepCache, { model, cache_interval: every });
const int8: Change = (model) => runFor('MODEL', int8Model, { model });
const modes: readonly (readonly [name: string, change: Change])[] = [
  ['8 bit', int8],
  ['deep features at every 2nd step', reuse(2)],
  ['deep features at every 3rd step', reuse(3)],
  ['deep features at every 5th step', reuse(5)],
  ['8 bit, deep features at every 2nd step', async (model) => reuse(2)(await int8(model))],
  ['8 bit, deep features at every 3rd step', async (model) => reuse(3)(await int8(model))],
];

/** How alike the starter model's pictures are to the exact ones in each of the faster modes: all of its weights in 8 bits, as in larger models. */
export async function likenessBench(): Promise<readonly BenchRow[]> {
  const path = fileURLToPath(new URL('../../resources/models/checkpoints/starter.safetensors', import.meta.url));
  const file = { name: 'starter.safetensors', path, fingerprint: 'starter' };
  const { MODEL: model, CLIP: clip, VAE: vae } = checkpointRecipes({ file }, await detectCheckpoint(await openTensorFile(path)));
  const context = testContext({ engine: createEngine({ budgetBytes: 2 ** 31, int8From: 1 }) });
  const negative = await runFor('CONDITIONING', clipTextEncode, { clip, text: '' }, context);

  const draw = async (changed: ModelRecipe, text: string, seed: bigint, way: (typeof ways)[number]): Promise<ImageValue> => {
    const positive = await runFor('CONDITIONING', clipTextEncode, { clip, text }, context);
    const latent_image = { samples: zeros([1, 4, 16, 16]) };
    const settings = { ...way, seed, cfg: 5, scheduler: 'karras', denoise: 1 };
    const samples = await runFor('LATENT', kSampler, { ...settings, model: changed, positive, negative, latent_image }, context);
    return runFor('IMAGE', vaeDecode, { samples, vae }, context);
  };

  const rows: BenchRow[] = [];
  const changed = await Promise.all(modes.map(async ([name, change]) => ({ name, model: await change(model) })));
  for (const way of ways) {
    const found = new Map<string, number[]>(changed.map(({ name }) => [name, []]));
    for (const text of prompts) {
      for (const seed of seeds) {
        const exact = await draw(model, text, seed, way);
        for (const mode of changed) found.get(mode.name)?.push(ssim(await draw(mode.model, text, seed, way), exact));
      }
    }
    for (const [name, values] of found) {
      const title = `SSIM, ${way.sampler_name}, ${way.steps} steps: ${name}`;
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      rows.push(
        { name: `${title}, mean`, value: 100 * mean, unit: '%' },
        { name: `${title}, least`, value: 100 * Math.min(...values), unit: '%', least: 90 },
      );
    }
  }
  return rows;
}
