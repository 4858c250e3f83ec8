import { describe, expect, it } from 'vitest';
import { diffusersUnetKey } from '../../../test/fixtures/diffusers-names.ts';
import { sd1, sd2, sdxl, sdxlRefiner } from '../../../test/fixtures/full-size.ts';
import type { CheckpointConfig } from '../config.ts';
import { unetPrefix } from '../models/unet.ts';
import type { TensorEntry, TensorFile } from '../tensor-file.ts';
import { checkLora, textParts, unetParts } from './check-lora.ts';
import { textLayers, unetLayers, unetShapes } from './layers.ts';
import { matchLora } from './lora-file.ts';

/** A file of which only the header matters. */
function headerOf(shapes: Readonly<Record<string, readonly number[]>>, name = 'some.safetensors'): TensorFile {
  const tensors = Object.entries(shapes).map(([key, shape]): [string, TensorEntry] => [
    key,
    { path: name, dtype: 'F16', shape, offset: 0, length: 0 },
  ]);
  return { path: `/loras/${name}`, metadata: new Map(), tensors: new Map(tensors) };
}

const rank = 4;
const pair = ([out, input]: readonly number[], up: string, down: string) => ({ [up]: [out, rank], [down]: [rank, input] });

describe('the layers of a U-Net', () => {
  const isLinear = (key: string) => /\.(to_q|to_k|to_v|to_out\.0|ff\.net\.0\.proj|ff\.net\.2|proj_in|proj_out)\.weight$/.test(key);

  it.each([
    ['SD1', sd1],
    ['SDXL', sdxl],
  ] as const)('of %s are found by their names in every dialect', (_, { unet }) => {
    const table = unetLayers(unet);
    for (const [key, shape] of unetShapes(unet)) {
      if (!isLinear(key)) continue;
      const path = key.slice(unetPrefix.length).replace(/\.weight$/, '');
      const diffusers = diffusersUnetKey(`${path}.weight`, unet).replace(/\.weight$/, '');
      const processor = diffusers.replace(/\.(to_[qkv]|to_out)(\.0)?$/, '.processor.$1_lora');
      const dialects = [
        pair(shape, `lora_unet_${path.replaceAll('.', '_')}.lora_up.weight`, `lora_unet_${path.replaceAll('.', '_')}.lora_down.weight`),
        pair(
          shape,
          `lora_unet_${diffusers.replaceAll('.', '_')}.lora_up.weight`,
          `lora_unet_${diffusers.replaceAll('.', '_')}.lora_down.weight`,
        ),
        pair(
          shape,
          `lycoris_${diffusers.replaceAll('.', '_')}.lora_up.weight`,
          `lycoris_${diffusers.replaceAll('.', '_')}.lora_down.weight`,
        ),
        pair(shape, `unet.${diffusers}.lora.up.weight`, `unet.${diffusers}.lora.down.weight`),
        pair(shape, `unet.${diffusers}.lora_B.weight`, `unet.${diffusers}.lora_A.weight`),
        pair(shape, `unet.${diffusers}.lora_linear_layer.up.weight`, `unet.${diffusers}.lora_linear_layer.down.weight`),
        pair(shape, `base_model.model.${diffusers}.lora_B.default.weight`, `base_model.model.${diffusers}.lora_A.default.weight`),
        pair(shape, `diffusion_model.${path}.lora_up.weight`, `diffusion_model.${path}.lora_down.weight`),
        pair(shape, `${key.replace(/\.weight$/, '')}.lora_up.weight`, `${key.replace(/\.weight$/, '')}.lora_down.weight`),
        ...(processor.endsWith('_lora')
          ? [
              pair(shape, `${processor}.up.weight`, `${processor}.down.weight`),
              pair(shape, `unet.${processor}.up.weight`, `unet.${processor}.down.weight`),
            ]
          : []),
      ];
      for (const dialect of dialects) {
        const { changes, misfits } = matchLora(headerOf(dialect), unetParts, table);
        expect([changes.map(({ place }) => place.key), misfits, dialect]).toEqual([[key], [], dialect]);
      }
    }
  });

  it('have magnitudes of their own in PEFT (DoRA)', () => {
    const name = 'unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k';
    for (const ending of ['', '.weight', '.default.weight']) {
      const magnitudes = `${name}.lora_magnitude_vector${ending}`;
      const file = headerOf({ ...pair([640, 768], `${name}.lora_B.weight`, `${name}.lora_A.weight`), [magnitudes]: [640] });
      const { changes, misfits } = matchLora(file, unetParts, unetLayers(sd1.unet));
      expect([changes.map(({ delta }) => delta.dora), misfits]).toEqual([[magnitudes], []]);
    }
  });

  it('have all names of the diffusers library, each for itself', () => {
    for (const { unet } of [sd1, sdxl, sdxlRefiner]) {
      const table = unetLayers(unet);
      const weights = [...unetShapes(unet).keys()].filter((key) => key.endsWith('.weight'));
      for (const key of weights) {
        const name = diffusersUnetKey(key.slice(unetPrefix.length), unet)
          .replace(/\.weight$/, '')
          .replaceAll('.', '_');
        expect([name, table.get(name)?.weight?.key]).toEqual([name, key]);
      }
    }
  });
});

describe('the layers of text encoders', () => {
  const keysOf = ({ text }: CheckpointConfig, name: string) => {
    const file = headerOf(
      pair([text[text.length - 1].width, text[text.length - 1].width], `${name}.lora_up.weight`, `${name}.lora_down.weight`),
    );
    return text.map((encoder, index) =>
      matchLora(file, textParts(index, text.length), textLayers(encoder)).changes.map(({ place }) => place),
    );
  };
  const layer = 'text_model_encoder_layers_3_self_attn_v_proj';
  const dotted = 'text_model.encoder.layers.3.self_attn.v_proj';

  it('of SD1 bear the names of the transformers library', () => {
    const key = 'cond_stage_model.transformer.text_model.encoder.layers.3.self_attn.v_proj.weight';
    for (const name of [`lora_te_${layer}`, `lora_te1_${layer}`, `text_encoder.${dotted}`, `base_model.model.${dotted}`]) {
      expect(keysOf(sd1, name)).toEqual([[{ key, shape: [768, 768] }]]);
    }
  });

  it('of OpenCLIP are rows of the fused layer', () => {
    const place = { shape: [1024, 1024], rows: { start: 2048, count: 1024 } };
    const key = 'cond_stage_model.model.transformer.resblocks.3.attn.in_proj_weight';
    expect(keysOf(sd2, `lora_te_${layer}`)).toEqual([[{ key, ...place }]]);
  });

  it('of SDXL are told apart', () => {
    const place = { shape: [1280, 1280], rows: { start: 2560, count: 1280 } };
    const key = 'conditioner.embedders.1.model.transformer.resblocks.3.attn.in_proj_weight';
    for (const name of [`lora_te2_${layer}`, `text_encoder_2.${dotted}`]) expect(keysOf(sdxl, name)).toEqual([[], [{ key, ...place }]]);
    expect(keysOf(sdxl, 'lora_te2_text_projection')[1]).toEqual([
      { key: 'conditioner.embedders.1.model.text_projection', shape: [1280, 1280], transposed: true },
    ]);
    expect(keysOf(sdxl, 'text_encoder_2.text_model.encoder.layers.31.self_attn.out_proj')[1]).toEqual([
      { key: 'conditioner.embedders.1.model.transformer.resblocks.31.attn.out_proj.weight', shape: [1280, 1280] },
    ]);
  });
});

describe('a LoRA', () => {
  const check = (file: TensorFile, { text, ...config }: CheckpointConfig, withText = true) =>
    checkLora(file, { name: 'dreams.safetensors', config, encoders: withText ? text : undefined });
  const cross = 'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k';
  const ofSdxl = headerOf(pair([640, 2048], `${cross}.lora_up.weight`, `${cross}.lora_down.weight`), 'style.safetensors');
  const textOfSd1 = 'lora_te_text_model_encoder_layers_0_mlp_fc1';
  const forText = headerOf(pair([3072, 768], `${textOfSd1}.lora_up.weight`, `${textOfSd1}.lora_down.weight`));

  it('is added to a model of its family, and what the model lacks is counted', () => {
    const extra = headerOf({
      ...pair([640, 2048], `${cross}.lora_up.weight`, `${cross}.lora_down.weight`),
      'lora_unet_new.lora_up.weight': [4, 4],
    });
    expect(check(ofSdxl, sdxl)).toEqual({ changesUnet: true, changesText: [false, false], layers: 1, strangers: 0 });
    expect(check(extra, sdxl)).toEqual({ changesUnet: true, changesText: [false, false], layers: 2, strangers: 1 });
  });

  it('for another family is refused by name', () => {
    expect(() => check(ofSdxl, sd1)).toThrow(
      'The LoRA "style.safetensors" was made for SDXL, but the model "dreams.safetensors" belongs to Stable Diffusion 1.x. Choose a LoRA that was made for Stable Diffusion 1.x, or another checkpoint.',
    );
  });

  it('of a shape that fits nothing is refused with what was expected', () => {
    const wrong = headerOf(pair([640, 100], `${cross}.lora_up.weight`, `${cross}.lora_down.weight`), 'odd.safetensors');
    expect(() => check(wrong, sd1)).toThrow('attn2_to_k" is no matrix of the shape [640, 768]');
  });

  it('whose layers are all strangers is refused', () => {
    const flux = headerOf(
      pair([64, 64], 'transformer.single_blocks.0.attn.to_q.lora_B.weight', 'transformer.single_blocks.0.attn.to_q.lora_A.weight'),
    );
    expect(() => check(flux, sd1)).toThrow('the model "dreams.safetensors" has none of its 1 layers');
  });

  it('for the text encoder alone is no LoRA for a model alone', () => {
    expect(check(forText, sd1)).toEqual({ changesUnet: false, changesText: [true], layers: 1, strangers: 0 });
    expect(() => check(forText, sd1, false)).toThrow('changes only the text encoder');
  });

  it('is told from other files', () => {
    expect(() => check(headerOf({ emb_params: [2, 768] }, 'cat.safetensors'), sd1)).toThrow(
      'The file "cat.safetensors" is a textual inversion; a LoRA was expected.',
    );
  });
});
