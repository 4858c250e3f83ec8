import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sd1, sd2, sdxl } from '../../test/fixtures/full-size.ts';
import { runFor } from '../../test/run-node.ts';
import type { ModelConfig } from '../diffusion/config.ts';
import { writeSafetensors } from '../diffusion/safetensors.ts';
import { zeros } from '../diffusion/tensor.ts';
import { type TestValue, writeTorchZip } from '../diffusion/torch/torch-file.fixture.ts';
import { ProblemError } from '../problem.ts';
import type { ModelRecipe } from '../types.ts';
import { hypernetworkLoader } from './hypernetwork.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-hypernetwork-'));
});
afterAll(() => rm(folder, { recursive: true }));

const modelOf = (config: ModelConfig): ModelRecipe => ({ recipe: 'model', file: { name: 'm', path: '/m', fingerprint: 'm' }, config });

async function hypernetwork(width: number) {
  const name = `${width}.pt`;
  const layer = (out: number, input: number): TestValue => ({ tensor: { values: Array(out * input).fill(0), shape: [out, input] } });
  const state = new Map<string, TestValue>([
    ['linear.0.weight', layer(1, width)],
    ['linear.1.weight', layer(width, 1)],
  ]);
  const path = join(folder, name);
  await writeTorchZip(
    path,
    new Map<string | number, TestValue>([
      [width, [state, state]],
      ['activation_func', 'relu'],
    ]),
  );
  return { name, path, fingerprint: name };
}

it('adds itself to the model, behind those that are there', async () => {
  const file = await hypernetwork(768);
  const once = await runFor('MODEL', hypernetworkLoader, { model: modelOf(sd1), hypernetwork_name: file, strength: 0.7 });
  const twice = await runFor('MODEL', hypernetworkLoader, { model: once, hypernetwork_name: file, strength: -1 });
  const settings = { file, activation: 'relu', activatesOutput: false };
  expect(twice.hypernetworks).toEqual([
    { ...settings, strength: 0.7 },
    { ...settings, strength: -1 },
  ]);
});

it('changes nothing at strength 0', async () => {
  const model = modelOf(sd1);
  expect(await runFor('MODEL', hypernetworkLoader, { model, hypernetwork_name: await hypernetwork(768), strength: 0 })).toBe(model);
});

it.each([
  ['one for SD1 on SD2', 768, sd2, 'was made for Stable Diffusion 1.x, but the model belongs to Stable Diffusion 2.x.'],
  ['one for SD2 on SDXL', 1024, sdxl, 'was made for Stable Diffusion 2.x, but the model belongs to SDXL.'],
  [
    'one for a width that no attention has',
    96,
    sd1,
    "changes no attention that the model has: its own is 96 numbers wide, the model's 768, ",
  ],
])('refuses %s', async (_, width, config, what) => {
  const run = runFor('MODEL', hypernetworkLoader, { model: modelOf(config), hypernetwork_name: await hypernetwork(width) });
  await expect(run).rejects.toThrow(`"${width}.pt" ${what}`);
});

it('says what another file is', async () => {
  const path = join(folder, 'lora.safetensors');
  await writeSafetensors(path, new Map([['lora_unet_x.lora_up.weight', zeros([1, 1])]]));
  const file = { name: 'lora.safetensors', path, fingerprint: 'lora' };
  const error = await runFor('MODEL', hypernetworkLoader, { model: modelOf(sd1), hypernetwork_name: file }).catch((reason) => reason);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error.problem).toMatchObject({
    input: 'hypernetwork_name',
    what: expect.stringContaining('is a LoRA; a hypernetwork was expected'),
  });
});
