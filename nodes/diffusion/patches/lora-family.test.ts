import { describe, expect, it } from 'vitest';
import type { TensorEntry, TensorFile } from '../tensor-file.ts';
import { familyOfLora } from './lora-family.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A file of which only the header matters. */
function headerOf(shapes: Shapes, metadata: Readonly<Record<string, string>> = {}): TensorFile {
  const tensors = Object.entries(shapes).map(([key, shape]): [string, TensorEntry] => [
    key,
    { path: 'some.safetensors', dtype: 'F16', shape, offset: 0, length: 0 },
  ]);
  return { path: '/loras/some.safetensors', metadata: new Map(Object.entries(metadata)), tensors: new Map(tensors) };
}

const cross = 'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k';
const itself = 'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_k.lora_down.weight';
const text = (network: string) => `lora_${network}_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight`;

describe('the family of a LoRA', () => {
  it.each([
    [768, 'sd1'],
    [1024, 'sd2'],
    [2048, 'sdxl'],
    [1280, 'sdxl_refiner'],
    [4096, undefined],
  ] as const)('whose cross-attention reads text %i wide is %s', (width, family) => {
    expect(familyOfLora(headerOf({ [itself]: [4, 320], [`${cross}.lora_down.weight`]: [4, width] }))).toBe(family);
  });

  it.each<[string, Shapes]>([
    ['PEFT', { 'unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v.lora_A.weight': [8, 2048] }],
    ['LoHa', { [`${cross}.hada_w1_a`]: [640, 4], [`${cross}.hada_w1_b`]: [4, 2048] }],
    ['LoKr', { [`${cross}.lokr_w1`]: [8, 16], [`${cross}.lokr_w2_a`]: [80, 4], [`${cross}.lokr_w2_b`]: [4, 128] }],
    ['a whole difference', { [`${cross}.diff`]: [640, 2048] }],
  ])('is told of %s as well', (_, shapes) => {
    expect(familyOfLora(headerOf(shapes))).toBe('sdxl');
  });

  it('is told by its text encoders where it changes them alone', () => {
    expect(familyOfLora(headerOf({ [text('te')]: [4, 768] }))).toBe('sd1');
    expect(familyOfLora(headerOf({ [text('te')]: [4, 1024] }))).toBe('sd2');
    expect(familyOfLora(headerOf({ [text('te1')]: [4, 768], [text('te2')]: [4, 1280] }))).toBe('sdxl');
  });

  it.each([
    ['ss_base_model_version', 'sd_v1', 'sd1'],
    ['ss_base_model_version', 'sd_1.5', 'sd1'],
    ['ss_base_model_version', 'sd_v2_v', 'sd2'],
    ['ss_base_model_version', 'sdxl_base_v1-0', 'sdxl'],
    ['modelspec.architecture', 'stable-diffusion-v1/lora', 'sd1'],
    ['modelspec.architecture', 'stable-diffusion-v2-768-v/lora', 'sd2'],
    ['modelspec.architecture', 'stable-diffusion-xl-v1-base/lora', 'sdxl'],
    ['modelspec.architecture', 'stable-diffusion-xl-v1-refiner/lora', 'sdxl_refiner'],
    ['modelspec.architecture', 'flux-1-dev/lora', undefined],
  ] as const)('is taken from %s "%s" where no shape tells it', (key, words, family) => {
    expect(familyOfLora(headerOf({ [itself]: [4, 320] }, { [key]: words }))).toBe(family);
  });

  it('is what the shapes say where the metadata says otherwise', () => {
    expect(familyOfLora(headerOf({ [`${cross}.lora_down.weight`]: [4, 768] }, { ss_base_model_version: 'sdxl_base_v1-0' }))).toBe('sd1');
  });
});
