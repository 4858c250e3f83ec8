import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomCompact, randomRrdb } from '../../test/fixtures/upscaler-weights.ts';
import { runNode } from '../../test/run-node.ts';
import { writeSafetensors } from '../diffusion/safetensors.ts';
import { filled, type Tensor, zeros } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import { checkpointLoaderSimple } from './checkpoint.ts';
import { upscaleModelLoader } from './upscale-model.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-upscalers-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, tensors: ReadonlyMap<string, Tensor>) {
  const path = join(folder, name);
  await writeSafetensors(path, tensors);
  return { name, path, fingerprint: name };
}

const named = (...keys: readonly string[]) => new Map(keys.map((key) => [key, zeros([2, 2])]));
const problemOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ProblemError)) throw new Error(`a problem was expected, not ${error}`);
  return error.problem;
};
const load = async (name: string, tensors: ReadonlyMap<string, Tensor>) =>
  runNode(upscaleModelLoader, { model_name: await fileOf(name, tensors) });

const rrdb = { inputs: 3, outputs: 3, features: 4, growth: 2, blocks: 2, doublings: 2, plus: false };
const compact = randomCompact({ channels: 3, features: 4, layers: 1, scale: 2 });
const without = (tensors: Map<string, Tensor>, key: string) => new Map([...tensors].filter(([own]) => own !== key));

describe('UpscaleModelLoader', () => {
  it('reads the sizes of a network from its file', async () => {
    expect((await load('real.safetensors', randomRrdb(rrdb))).UPSCALE_MODEL).toMatchObject({
      recipe: 'upscale_model',
      config: { kind: 'rrdb', naming: 'real-esrgan', features: 4, growth: 2, blocks: 2, doublings: 2, unshuffle: 1, channels: 3 },
    });
    const sizes = { channels: 3, features: 4, layers: 2, scale: 4 };
    expect((await load('compact.safetensors', randomCompact(sizes))).UPSCALE_MODEL).toMatchObject({
      config: { kind: 'compact', ...sizes },
    });
  });

  it.each([
    ['a checkpoint', 'model.diffusion_model.input_blocks.0.0.weight', 'is a checkpoint; an upscaler was expected'],
    ['a LoRA', 'lora_unet_down_blocks_0.lora_down.weight', 'is a LoRA; an upscaler was expected'],
    ['a ControlNet', 'control_model.input_hint_block.0.weight', 'is a ControlNet; an upscaler was expected'],
    [
      'a SwinIR',
      'params.layers.0.residual_group.blocks.0.attn.qkv.weight',
      'made of transformers (such as SwinIR, HAT or DAT), but of a build',
    ],
  ])('says of %s what it is', async (name, key, sentence) => {
    const { input, what } = await problemOf(load(`${name}.safetensors`, named(key)));
    expect(input).toBe('model_name');
    expect(what).toContain(sentence);
  });

  it.each([
    ['lacks a layer', without(randomRrdb(rrdb), 'body.1.rdb2.conv3.weight'), 'body.1.rdb2.conv3.weight'],
    ['takes other pictures than it gives', randomRrdb({ ...rrdb, inputs: 4 }), 'does not take pictures as'],
    ['has four channels', randomRrdb({ ...rrdb, inputs: 4, outputs: 4 }), 'of 4 channels'],
    ['would shrink', randomRrdb({ ...rrdb, inputs: 12, doublings: 0 }), '0.5 times as large'],
    ['ends on no squares', new Map([...compact, ['body.4.weight', zeros([15, 4, 3, 3])]]), 'times as large'],
    ['lacks its activations', without(compact, 'body.1.weight'), 'body.1.weight'],
  ])('refuses a network that %s', async (name, tensors, sentence) => {
    const { what } = await problemOf(load(`${name}.safetensors`, tensors));
    expect(what).toContain(sentence);
    expect(what).toContain(`"${name}.safetensors"`);
  });

  it('refuses an .onnx file that is none, or no upscaler', async () => {
    const path = join(folder, 'text.onnx');
    await writeFile(path, 'no graph');
    const { what, input } = await problemOf(runNode(upscaleModelLoader, { model_name: { name: 'text.onnx', path, fingerprint: '1' } }));
    expect(what).toContain('not a whole ONNX file');
    expect(input).toBe('model_name');
  });

  it('is what the checkpoint loader names for an upscaler', async () => {
    const ckpt_name = await fileOf('upscaler.safetensors', new Map([['params_ema.body.0.weight', filled([1], 1)]]));
    const { what, fix } = await problemOf(runNode(checkpointLoaderSimple, { ckpt_name }));
    expect(what).toContain('is an upscaler; a whole checkpoint was expected');
    expect(fix).toContain('"upscale_models"');
  });
});
