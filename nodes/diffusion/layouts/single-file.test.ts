import { describe, expect, it } from 'vitest';
import { diffusersUnetKey, diffusersVaeKey } from '../../../test/fixtures/diffusers-names.ts';
import { koala1b, koala700m, sd1, sd2Unclip, sdxl, sdxlRefiner, ssd1b } from '../../../test/fixtures/full-size.ts';
import { detectModel, detectText, detectVae } from '../detect.ts';
import { checkpointTensors } from '../models/tensors.ts';
import { unetPrefix } from '../models/unet.ts';
import { vaePrefix } from '../models/vae.ts';
import { familyOfText } from '../recognise-text.ts';
import { elementCount } from '../tensor.ts';
import type { TensorFile } from '../tensor-file.ts';
import { singleFile } from './single-file.ts';

type Shapes = Iterable<readonly [string, readonly number[]]>;

/** The header of a file that holds tensors of these shapes in float16; there is no file behind it. */
function fileWith(shapes: Shapes): TensorFile {
  const path = '/models/part.safetensors';
  const entry = (shape: readonly number[]) => ({ path, dtype: 'F16', shape, offset: 0, length: 2 * elementCount(shape) }) as const;
  return { path, metadata: new Map(), tensors: new Map([...shapes].map(([key, shape]) => [key, entry(shape)])) };
}

/** The shapes below a prefix of a checkpoint, under other names. */
function part(config: typeof sd1, prefix: string, name: (key: string) => string): Shapes {
  const shapes = [...checkpointTensors(config, vaePrefix)];
  return shapes.flatMap(([key, shape]) => (key.startsWith(prefix) ? [[name(key.slice(prefix.length)), shape] as const] : []));
}

describe('a U-Net alone', () => {
  const families = [
    ['SD1', sd1],
    ['SDXL', sdxl],
    ['SDXL refiner', sdxlRefiner],
    ['SSD-1B', ssd1b],
    ['KOALA-700M', koala700m],
    ['KOALA-1B', koala1b],
  ] as const;
  it.each(families)('of %s is found in the layout of diffusers', async (_, config) => {
    const file = fileWith(part(config, unetPrefix, (key) => diffusersUnetKey(key, config.unet)));
    const { unet, family, vae } = await detectModel(file);
    expect(unet).toEqual(config.unet);
    expect(family).toBe(config.family);
    expect(vae.scale_factor).toBe(config.vae.scale_factor);
  });

  it.each(['', 'unet.', unetPrefix])('is found below "%s" in the layout of diffusers', async (prefix) => {
    const file = fileWith(part(sd1, unetPrefix, (key) => prefix + diffusersUnetKey(key, sd1.unet)));
    expect((await detectModel(file)).unet).toEqual(sd1.unet);
  });

  it.each(['', 'diffusion_model.', unetPrefix])('is found below "%s" in the original layout', async (prefix) => {
    const file = fileWith(part(sd1, unetPrefix, (key) => prefix + key));
    expect((await detectModel(file)).unet).toEqual(sd1.unet);
  });

  it("keeps the embedding of pictures of diffusers' SD2 unCLIP", () => {
    const file = fileWith(
      part(sd2Unclip, unetPrefix, (key) => diffusersUnetKey(key, sd2Unclip.unet).replace('add_embedding', 'class_embedding')),
    );
    expect([...singleFile(file).tensors.keys()]).toContain(`${unetPrefix}label_emb.0.0.weight`);
  });

  it('is not taken for a ControlNet', async () => {
    const hint = [['input_hint_block.0.weight', [16, 3, 3, 3]]] as const;
    const file = fileWith([...part(sd1, unetPrefix, (key) => key), ...hint]);
    await expect(detectModel(file)).rejects.toThrow('is a ControlNet; a U-Net was expected');
  });
});

describe('a VAE alone', () => {
  it.each([
    ['the original layout', '', (key: string) => key],
    ['a whole checkpoint', vaePrefix, (key: string) => key],
    ['the layout of diffusers', '', (key: string) => diffusersVaeKey(key)],
    ['the layout of older diffusers', 'vae.', (key: string) => diffusersVaeKey(key, 'old')],
  ])('is found in %s', (_, prefix, name) => {
    const { scale_factor, ...sizes } = sd1.vae;
    expect(detectVae(fileWith(part(sd1, vaePrefix, (key) => prefix + name(key))))).toMatchObject(sizes);
  });
});

describe('a text encoder alone', () => {
  const clipL = 'cond_stage_model.transformer.text_model.';
  it.each(['', 'text_model.', 'transformer.text_model.', clipL])('is found below "%s"', (prefix) => {
    const file = fileWith(part(sd1, clipL, (key) => prefix + key));
    expect(familyOfText(file)).toBe('sd1');
    expect(detectText(file, 'sd1', 0)).toEqual({ ...sd1.text[0], prefix });
    expect(detectText(file, 'sdxl', 0)).toEqual({ ...sd1.text[0], prefix, hidden: -2, final_norm: false });
  });

  it("is found in OpenCLIP's layout", () => {
    const file = fileWith(part(sdxl, 'conditioner.embedders.1.model.', (key) => key));
    expect(familyOfText(file)).toBe('sdxl_refiner');
    expect(detectText(file, 'sdxl', 1)).toEqual({ ...sdxl.text[1], prefix: '' });
  });

  it("is used up to its last layer where diffusers' SD2 has cut it off behind the one that counts", () => {
    const layers = Array.from({ length: 23 }, (_, index) => `encoder.layers.${index}`);
    const linear = (key: string, out: number, input: number) =>
      [
        [`${key}.weight`, [out, input]],
        [`${key}.bias`, [out]],
      ] as const;
    const norm = (key: string) =>
      [
        [`${key}.weight`, [1024]],
        [`${key}.bias`, [1024]],
      ] as const;
    const file = fileWith([
      ['text_model.embeddings.token_embedding.weight', [49408, 1024]],
      ['text_model.embeddings.position_embedding.weight', [77, 1024]],
      ...norm('text_model.final_layer_norm'),
      ...layers.flatMap((layer) => [
        ...['q_proj', 'k_proj', 'v_proj', 'out_proj'].flatMap((name) => linear(`text_model.${layer}.self_attn.${name}`, 1024, 1024)),
        ...linear(`text_model.${layer}.mlp.fc1`, 4096, 1024),
        ...linear(`text_model.${layer}.mlp.fc2`, 1024, 4096),
        ...norm(`text_model.${layer}.layer_norm1`),
        ...norm(`text_model.${layer}.layer_norm2`),
      ]),
    ]);
    expect(familyOfText(file)).toBe('sd2');
    expect(detectText(file, 'sd2', 0)).toMatchObject({ layers: 23, hidden: -1, final_norm: true, activation: 'gelu', pad_token: 0 });
  });

  it('is refused where another one was expected', () => {
    const file = fileWith(part(sd1, clipL, (key) => key));
    expect(() => detectText(file, 'sdxl', 1)).toThrow('text encoder');
  });
});
