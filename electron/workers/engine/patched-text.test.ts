import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TextConfig } from '../../../nodes/diffusion/config.ts';
import type { PromptToken } from '../../../nodes/diffusion/engine.ts';
import { createGenerator } from '../../../nodes/diffusion/noise.ts';
import { textParts } from '../../../nodes/diffusion/patches/check-lora.ts';
import { textShapes } from '../../../nodes/diffusion/patches/layers.ts';
import { headerBytes, writeSafetensors } from '../../../nodes/diffusion/safetensors.ts';
import { map, type Tensor, tensor } from '../../../nodes/diffusion/tensor.ts';
import { elementSizes } from '../../../nodes/diffusion/tensor-file.ts';
import type { TextEncoderRecipe, TextPatch } from '../../../nodes/types.ts';
import { changed, low } from '../../../test/fixtures/exact-lora.ts';
import { createEngine } from '../engine.ts';
import { ModelFiles } from './model-files.ts';
import { openPatched, textNetwork } from './patched.ts';

const config: TextConfig = {
  layout: 'open_clip',
  prefix: 'conditioner.embedders.1.model.',
  width: 8,
  layers: 2,
  heads: 2,
  activation: 'gelu',
  hidden: -2,
  final_norm: false,
  projection: 6,
  pad_token: 0,
};

let folder: string;
const generator = createGenerator(9n);
const random = (shape: readonly number[]) => map(generator.randn(shape), (value) => 0.3 * value);
const weightsOf = () => new Map([...textShapes(config)].map(([key, shape]) => [key, random(shape)]));
const [base, other] = [weightsOf(), weightsOf()];
const refer = (name: string) => ({ name, path: join(folder, name), fingerprint: name });
const encoder = (patches: readonly TextPatch[], file = 'base'): TextEncoderRecipe => ({ file: refer(file), config, patches });

const up = random([8, 2]);
const down = random([2, 8]);
const projectionUp = random([6, 2]);
const file = new Map([
  ['lora_te2_text_model_encoder_layers_1_self_attn_k_proj.lora_up.weight', up],
  ['lora_te2_text_model_encoder_layers_1_self_attn_k_proj.lora_down.weight', down],
  ['lora_te2_text_projection.lora_up.weight', projectionUp],
  ['lora_te2_text_projection.lora_down.weight', down],
]);
const lora = (strength: number): TextPatch => ({ kind: 'lora', file: refer('lora'), strength, parts: textParts(1, 2) });
const fused = `${config.prefix}transformer.resblocks.1.attn.in_proj_weight`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-patched-text-'));
  await writeSafetensors(join(folder, 'base'), base);
  await writeSafetensors(join(folder, 'other'), other);
  await writeSafetensors(join(folder, 'lora'), file);
});
afterAll(() => rm(folder, { recursive: true }));

const patched = async (recipe: TextEncoderRecipe, key: string) => (await openPatched(new ModelFiles(), textNetwork(recipe))).tensor(key);
const numbers = (data: Float32Array | Uint16Array) => [
  ...(data instanceof Uint16Array ? new Float16Array(data.buffer, data.byteOffset, data.length) : data),
];
const get = (name: string) => (name === 'up' ? up : down);

/** The fused weight with the LoRA in its middle third. */
function expectedFused(weight: Tensor, strength: number): readonly number[] {
  const third = changed(tensor(weight.data.slice(64, 128), [8, 8]), low(get), { scale: 1, strength });
  return [...weight.data.slice(0, 64), ...third.data, ...weight.data.slice(128)];
}

function largestError(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((value, index) => Math.abs(value - actual[index])));
}

describe('the weights of an OpenCLIP text encoder', () => {
  it('change in the rows of the projection that a LoRA names', async () => {
    const weight = base.get(fused) ?? random([1]);
    const actual = numbers(await patched(encoder([lora(0.7)]), fused));
    expect(largestError(actual, expectedFused(weight, 0.7))).toBeLessThan(1e-6);
    expect(actual.slice(0, 64)).toEqual([...weight.data.slice(0, 64)]);
  });

  it('change turned where the model stores them turned', async () => {
    const key = `${config.prefix}text_projection`;
    const [rows, columns] = [8, 6];
    const stored = base.get(key)?.data ?? new Float32Array();
    const turned = Float32Array.from(stored, (_, index) => stored[(index % rows) * columns + Math.floor(index / rows)]);
    const delta = low((name) => (name === 'up' ? projectionUp : down));
    const expected = changed(tensor(turned, [columns, rows]), delta, { scale: 1, strength: 1 }).data;
    const actual = numbers(await patched(encoder([lora(1)]), key));
    expect(
      largestError(
        actual,
        [...stored].map((_, index) => expected[(index % columns) * rows + Math.floor(index / columns)]),
      ),
    ).toBeLessThan(1e-6);
  });

  it('mix with those of another one, embeddings of tokens included', async () => {
    const patches: TextPatch[] = [{ kind: 'merge', with: encoder([lora(1)], 'other'), share: 0.25 }];
    const second = expectedFused(other.get(fused) ?? random([1]), 1);
    const expected = [...(base.get(fused)?.data ?? [])].map((value, index) => 0.25 * value + 0.75 * second[index]);
    expect(largestError(numbers(await patched(encoder(patches), fused)), expected)).toBeLessThan(1e-6);

    const mean: TextPatch[] = [{ kind: 'merge', with: encoder([], 'other'), share: 0.5 }];
    const merged = new Map(
      [...base].map(([key, { data, shape }]) => [
        key,
        tensor(
          data.map((value, index) => (value + (other.get(key)?.data[index] ?? 0)) / 2),
          shape,
        ),
      ]),
    );
    await writeSafetensors(join(folder, 'mean'), merged);
    const engine = createEngine({ budgetBytes: 2 ** 30 });
    const tokens: PromptToken[] = Array.from({ length: 77 }, (_, at) => ({ id: at === 0 ? 49406 : at < 5 ? 320 + at : 49407, weight: 1 }));
    const [actual, expectedStates] = await Promise.all(
      [encoder(mean), encoder([], 'mean')].map((recipe) => engine.encodeTokens({ recipe: 'clip', encoders: [recipe] }, [[tokens]])),
    );
    expect(largestError([...actual[0].hidden.data], [...expectedStates[0].hidden.data])).toBeLessThan(1e-5);
    expect(largestError([...actual[0].pooled.data], [...expectedStates[0].pooled.data])).toBeLessThan(1e-5);
  });
});

describe('changed weights', () => {
  /** The values at the precision of a number format, their bytes, and how far apart a result may be from the exact one. */
  const formats = {
    F16: { bytes: (values: Float32Array) => new Uint8Array(Float16Array.from(values).buffer), error: 2 ** -11 },
    BF16: {
      bytes: (values: Float32Array) => new Uint8Array(Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16).buffer),
      error: 1e-6,
    },
    /** Any numbers between 1/16 and 1, which float16 holds as they are. */
    F8_E4M3: { bytes: (values: Float32Array) => Uint8Array.from(values, (_, index) => 0x18 + ((index * 7) % 32)), error: 2 ** -11 },
  };

  it.each(['F16', 'BF16', 'F8_E4M3'] as const)('of a file in %s are as precise as the file, or more', async (dtype) => {
    const { bytes, error } = formats[dtype];
    const entries = [...base].map(([key, { shape, data }]) => ({
      key,
      dtype,
      shape,
      bytes: elementSizes[dtype] * data.length,
      data: bytes(Float32Array.from(data)),
    }));
    await writeFile(join(folder, dtype), Buffer.concat([headerBytes(entries, {}), ...entries.map(({ data }) => data)]));
    const stored = numbers(await patched(encoder([], dtype), fused));
    const result = await patched(encoder([lora(1)], dtype), fused);
    expect(result).toBeInstanceOf(dtype === 'BF16' ? Float32Array : Uint16Array);
    expect(largestError(numbers(result), expectedFused(tensor(Float32Array.from(stored), [24, 8]), 1))).toBeLessThan(2 * error);
  });
});
