import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sd1, sd2, sdxl, sdxlRefiner } from '../../test/fixtures/full-size.ts';
import { ProblemError } from '../problem.ts';
import type { TextConfig } from './config.ts';
import { bundledEmbedding, readEmbedding } from './embedding.ts';
import { openTensorFile } from './open-tensor-file.ts';
import { writeSafetensors } from './safetensors.ts';
import { tensor, zeros } from './tensor.ts';
import { type TestValue, writeTorchLegacy, writeTorchZip } from './torch/torch-file.fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-embedding-'));
});
afterAll(() => rm(folder, { recursive: true }));

const rows = (count: number, width: number, first = 0) => Array.from({ length: count * width }, (_, i) => first + Math.floor(i / width));
const stored = (count: number, width: number, first = 0) => tensor(Float32Array.from(rows(count, width, first)), [count, width]);
const pickled = (count: number, width: number): TestValue => ({ tensor: { values: rows(count, width), shape: [count, width] } });
/** What is expected of `stored`. */
const vectors = (count: number, width: number, first = 0) =>
  Array.from({ length: count }, (_, row) => new Float32Array(width).fill(first + row));

async function read(name: string, text: readonly TextConfig[]) {
  return readEmbedding(await openTensorFile(join(folder, name)), name, text);
}

async function problemOf(name: string, text: readonly TextConfig[]): Promise<string> {
  const error = await read(name, text).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProblemError);
  return String(error);
}

const safetensors = (name: string, tensors: Readonly<Record<string, ReturnType<typeof stored>>>) =>
  writeSafetensors(join(folder, name), new Map(Object.entries(tensors)));

describe('a textual inversion', () => {
  it('in a safetensors file is called emb_params', async () => {
    await safetensors('style.safetensors', { emb_params: stored(3, 768) });
    expect(await read('style.safetensors', sd1.text)).toEqual([vectors(3, 768)]);
  });

  it.each([
    ['of the present', writeTorchZip],
    ['of old', writeTorchLegacy],
  ] as const)("of AUTOMATIC1111's web UI lies in a PyTorch file %s", async (_, write) => {
    const root = new Map<string, TestValue>([
      ['string_to_token', new Map([['*', 265]])],
      ['string_to_param', new Map([['*', pickled(2, 1024)]])],
      ['name', 'style'],
      ['step', 500],
      ['sd_checkpoint_name', null],
    ]);
    await write(join(folder, 'style.pt'), root);
    expect(await read('style.pt', sd2.text)).toEqual([vectors(2, 1024)]);
  });

  it('of SDXL has a tensor for each of its text encoders', async () => {
    await safetensors('xl.safetensors', { clip_g: stored(2, 1280, 10), clip_l: stored(2, 768) });
    expect(await read('xl.safetensors', sdxl.text)).toEqual([vectors(2, 768), vectors(2, 1280, 10)]);
    expect(await read('xl.safetensors', sdxlRefiner.text)).toEqual([vectors(2, 1280, 10)]);
  });

  it('of diffusers is called by its token, in both formats', async () => {
    await writeTorchZip(join(folder, 'learned_embeds.bin'), new Map([['<cat-toy>', { tensor: { values: rows(1, 768), shape: [768] } }]]));
    expect(await read('learned_embeds.bin', sd1.text)).toEqual([vectors(1, 768)]);
    await safetensors('learned_embeds.safetensors', { '<s.1>': stored(4, 768) });
    expect(await read('learned_embeds.safetensors', sd1.text)).toEqual([vectors(4, 768)]);
  });

  it('inside a LoRA is found by its name, and else all of them are taken', async () => {
    const bundle = {
      'lora_unet_mid_block_attentions_0_proj_in.lora_up.weight': stored(2, 768, 90),
      'bundle_emb.first.string_to_param.*': stored(1, 768),
      'bundle_emb.Second.string_to_param.*': stored(2, 768, 5),
    };
    await safetensors('second.safetensors', bundle);
    await safetensors('lora.safetensors', bundle);
    expect(await read('second.safetensors', sd1.text)).toEqual([vectors(2, 768, 5)]);
    expect(await read('lora.safetensors', sd1.text)).toEqual([[...vectors(1, 768), ...vectors(2, 768, 5)]]);
    const file = await openTensorFile(join(folder, 'lora.safetensors'));
    expect(await readEmbedding(file, 'styles/first', sd1.text)).toEqual([vectors(1, 768)]);
    expect(bundledEmbedding(file, 'third')).toBeUndefined();
  });

  it('of another family says both', async () => {
    await safetensors('wide.safetensors', { emb_params: stored(1, 1024) });
    expect(await problemOf('wide.safetensors', sd1.text)).toContain(
      'was made for Stable Diffusion 2.x, but the text encoder belongs to Stable Diffusion 1.x.',
    );
    expect(await problemOf('wide.safetensors', sdxl.text)).toContain(
      'was made for Stable Diffusion 2.x, but the text encoder belongs to SDXL.',
    );
  });

  it('is told from a LoRA and from layers of unknown networks', async () => {
    await safetensors('some-lora.safetensors', { 'lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight': stored(4, 768) });
    expect(await problemOf('some-lora.safetensors', sd1.text)).toContain('is a LoRA; a textual inversion was expected');
    await writeSafetensors(join(folder, 'layer.safetensors'), new Map([['some.layer.weight', zeros([768, 768])]]));
    expect(await problemOf('layer.safetensors', sd1.text)).toContain('a textual inversion was expected');
  });
});
