import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectCheckpoint } from '../../../nodes/diffusion/detect.ts';
import { openSafetensors } from '../../../nodes/diffusion/safetensors.ts';
import { type Tensor, tensor } from '../../../nodes/diffusion/tensor.ts';
import { checkpointRecipes } from '../../../nodes/loaders/recipes.ts';
import { createEngine } from '../engine.ts';

const path = resolve(import.meta.dirname, '../../../resources/models/checkpoints/starter.safetensors');

async function starterVae() {
  const file = { name: 'starter.safetensors', path, fingerprint: 'starter' };
  return checkpointRecipes({ file }, await detectCheckpoint(await openSafetensors(path))).VAE;
}

/** A latent picture of gentle hills. */
function hills(height: number, width: number): Tensor {
  const data = Float32Array.from({ length: 4 * height * width }, (_, at) => Math.sin(at / 9) + Math.cos(Math.floor(at / width) / 7));
  return tensor(data, [1, 4, height, width]);
}

const meanDifference = (a: Tensor, b: Tensor) => a.data.reduce((sum, value, at) => sum + Math.abs(value - b.data[at]), 0) / a.data.length;

describe('a VAE whose picture does not fit into the memory', () => {
  const engineOf = (budgetBytes: number, news: string[]) => createEngine({ budgetBytes, report: (line) => news.push(line) });

  it('works in tiles by itself, says so, and makes nearly the same picture and latents', async () => {
    const vae = await starterVae();
    const news: string[] = [];
    const [roomy, tight] = [engineOf(2 ** 30, news), engineOf(5e7, news)];
    const z = hills(40, 56);
    const whole = await roomy.decode(vae, z);
    expect(news).toEqual([]);
    const tiled = await tight.decode(vae, z);
    expect(tiled.shape).toEqual([1, 3, 320, 448]);
    expect(news).toEqual([expect.stringMatching(/: the VAE decoder of "starter.safetensors" works in tiles of \d+ pixels\.$/)]);
    expect(meanDifference(tiled, whole)).toBeLessThan(0.05);

    const moments = await tight.encode(vae, whole);
    expect(moments.shape).toEqual([1, 8, 40, 56]);
    expect(news).toHaveLength(2);
    expect(meanDifference(moments, await roomy.encode(vae, whole))).toBeLessThan(0.2);
  });

  it('is done whole where it fits, to the last bit', async () => {
    const vae = await starterVae();
    const z = hills(16, 16);
    expect(await engineOf(5e7, []).decode(vae, z)).toEqual(await engineOf(2 ** 30, []).decode(vae, z));
  });
});
