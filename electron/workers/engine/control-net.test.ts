import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UnetConfig } from '../../../nodes/diffusion/config.ts';
import { detectControlNet } from '../../../nodes/diffusion/detect-control-net.ts';
import { createGenerator } from '../../../nodes/diffusion/noise.ts';
import { openTensorFile } from '../../../nodes/diffusion/open-tensor-file.ts';
import { writeSafetensors } from '../../../nodes/diffusion/safetensors.ts';
import { map, repeatToBatch, type Tensor } from '../../../nodes/diffusion/tensor.ts';
import type { ControlNetRecipe } from '../../../nodes/types.ts';
import { diffusersControlNetKey } from '../../../test/fixtures/diffusers-names.ts';
import { ExactNetwork, exact, largest, withoutBatch, zip } from '../../../test/fixtures/exact-network.ts';
import { randomWeights, smallSd1, smallSdxl } from '../../../test/fixtures/random-network.ts';
import { createEngine } from '../engine.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-control-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function recipeOf(name: string, unet: UnetConfig, weights: Iterable<readonly [string, Tensor]>): Promise<ControlNetRecipe> {
  const path = join(folder, name);
  await writeSafetensors(path, new Map(weights), { 'weft.config': JSON.stringify({ unet }) });
  return { recipe: 'control_net', file: { name, path, fingerprint: name }, config: detectControlNet(await openTensorFile(path)) };
}

describe.each([
  ['SD1', smallSd1, 13],
  ['SDXL', smallSdxl, 10],
] as const)('a ControlNet of the build of %s', (_, unet, count) => {
  const weights = randomWeights(unet, 'controlNet', 2n);
  const noise = createGenerator(5n);
  const timestep = 700;
  const x = noise.randn([1, 4, 8, 6]);
  const context = noise.randn([1, 5, unet.context_dim]);
  const hint = map(noise.randn([1, 3, 64, 48]), (value) => 1 / (1 + Math.exp(-value)));
  const adm = unet.adm_channels === null ? undefined : noise.randn([1, unet.adm_channels]);
  let runs = 0;
  const ran = () => {
    runs += 1;
  };
  const engine = createEngine({ budgetBytes: 2 ** 28, ran });
  const run = async (net: ControlNetRecipe) =>
    (await engine.controlNet(net))({ x, timestep: Float32Array.of(timestep), context, adm, hint });

  it('gives what it gives in double precision', async () => {
    const renamed = [...weights].map(([key, value]) => [`control_model.${key}`, value] as const);
    const actual = await run(await recipeOf('original.safetensors', unet, renamed));
    const network = new ExactNetwork(weights, unet, '');
    const expected = network.controlNet(withoutBatch(x), timestep, withoutBatch(context), withoutBatch(hint), adm && exact(adm));
    expect(actual).toHaveLength(count);
    for (const [at, residual] of actual.entries()) {
      expect(residual.shape).toEqual([1, ...expected[at].shape]);
      const difference = zip(exact(residual), expected[at], (a, b) => a - b);
      expect(largest(difference)).toBeLessThan(5e-5 * largest(expected[at]));
    }
  });

  it('computes the keys and values of a text once', async () => {
    const call = await engine.controlNet(await recipeOf('steps.safetensors', unet, weights));
    const runsOf = async (text: Tensor) => {
      const before = runs;
      await call({ x, timestep: Float32Array.of(timestep), context: text, adm, hint });
      return runs - before;
    };
    expect([await runsOf(context), await runsOf(context), await runsOf(map(context, (value) => -value))]).toEqual([2, 1, 2]);
  });

  it('gives for several texts of a picture what it gives for each', async () => {
    const call = await engine.controlNet(await recipeOf('texts.safetensors', unet, weights));
    const texts = { context: noise.randn([2, 5, unet.context_dim]), adm: adm && noise.randn([2, adm.shape[1]]) };
    const together = await call({ x, timestep: Float32Array.of(timestep), ...texts, hint });
    const apart = await call({ x: repeatToBatch(x, 2), timestep: Float32Array.of(timestep), ...texts, hint: repeatToBatch(hint, 2) });
    for (const [at, residual] of together.entries()) {
      expect(residual.shape).toEqual(apart[at].shape);
      const difference = zip(exact(residual), exact(apart[at]), (a, b) => a - b);
      expect(largest(difference)).toBeLessThan(1e-5 * largest(exact(apart[at])));
    }
  });

  it('gives the same under the names of diffusers, and under bare ones', async () => {
    const original = await run(await recipeOf('bare.safetensors', unet, weights));
    const renamed = [...weights].map(([key, value]) => [diffusersControlNetKey(key, unet), value] as const);
    expect(await run(await recipeOf('diffusers.safetensors', unet, renamed))).toEqual(original);
  });
});
