import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CheckpointConfig } from '../../nodes/diffusion/config.ts';
import { checkpointTensors } from '../../nodes/diffusion/models/tensors.ts';
import { vaePrefix } from '../../nodes/diffusion/models/vae.ts';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { elementCount, zeros } from '../../nodes/diffusion/tensor.ts';
import type { TensorFile } from '../../nodes/diffusion/tensor-file.ts';
import { koala700m, sd1, sdxl, ssd1b } from '../../test/fixtures/full-size.ts';
import { openClipNames, smallClip } from '../../test/fixtures/small-clip.ts';
import { randomCompact } from '../../test/fixtures/upscaler-weights.ts';
import { checkpointInWords, upscalerInWords } from './model-words.ts';
import { listModels } from './models.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

it('says what CLIP models are, and what is none', async () => {
  const folder = temporaryFolder();
  const tensors = openClipNames(smallClip());
  const alone = new Map([...tensors].filter(([key]) => key.startsWith('visual.')));
  await writeSafetensors(join(folder, 'whole.safetensors'), tensors);
  await writeSafetensors(join(folder, 'alone.safetensors'), alone);
  await writeSafetensors(join(folder, 'lora.safetensors'), new Map([['a.lora_down.weight', zeros([1, 1])]]));
  const names = ['whole', 'alone', 'lora'].map((name) => `${name}.safetensors`);
  const models = await listModels({
    list: async (of) => (of === 'clip_vision' ? names : []),
    locate: async (_, name) => ({ name, path: join(folder, name) }),
    find: async () => undefined,
  });
  expect(models.map(({ name, what }) => [name, what])).toEqual([
    ['whole.safetensors', 'CLIP'],
    ['alone.safetensors', 'CLIP, image encoder alone'],
    ['lora.safetensors', 'The file "lora.safetensors" is a LoRA; an image encoder (CLIP vision) was expected.'],
  ]);
});

it('says for which family LoRAs, embeddings and hypernetworks are, and how much upscalers enlarge', async () => {
  const folder = temporaryFolder({ 'upscaler.onnx': '12345' });
  const lora = 'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight';
  const layer = (width: number) => [0, 1].map((part) => [`${width}.${part}.linear.0.weight`, zeros([width, width])] as const);
  const files: Readonly<Record<string, readonly (readonly [string, ReturnType<typeof zeros>])[]>> = {
    'loras/sdxl': [[lora, zeros([1, 2048])]],
    'loras/flux': [['lora_unet_double_blocks_0_img_mod_lin.lora_down.weight', zeros([1, 3072])]],
    'loras/vae': [['decoder.conv_in.weight', zeros([1, 1])]],
    'embeddings/sd2': [['emb_params', zeros([2, 1024])]],
    'embeddings/sdxl': ([768, 1280] as const).map((width, at) => [`clip_${'lg'[at]}`, zeros([2, width])] as const),
    'hypernetworks/sd1': [...layer(320), ...layer(768)],
    'upscale_models/compact': [...randomCompact({ channels: 3, features: 4, layers: 1, scale: 4 })],
  };
  mkdirSync(join(folder, 'models'));
  for (const [name, tensors] of Object.entries(files)) {
    await writeSafetensors(join(folder, 'models', `${name.replace('/', '-')}.safetensors`), new Map(tensors));
  }
  const models = await listModels({
    list: async (of) => Object.keys(files).flatMap((name) => (name.startsWith(`${of}/`) ? [name.slice(of.length + 1)] : [])),
    locate: async (of, name) => ({ name, path: join(folder, 'models', `${of}-${name}.safetensors`) }),
    find: async () => undefined,
  });
  expect(models.map(({ folder: of, name, what }) => [`${of}/${name}`, what])).toEqual([
    ['loras/sdxl', 'LoRA for SDXL, float32'],
    ['loras/flux', 'LoRA for an unknown family, float32'],
    ['loras/vae', 'The file "loras-vae.safetensors" is a VAE alone; a LoRA was expected.'],
    ['embeddings/sd2', 'Embedding for Stable Diffusion 2.x'],
    ['embeddings/sdxl', 'Embedding for SDXL'],
    ['upscale_models/compact', '4×, Compact, float32'],
    ['hypernetworks/sd1', 'Hypernetwork for Stable Diffusion 1.x'],
  ]);
  expect(await upscalerInWords(join(folder, 'upscaler.onnx'))).toBe('ONNX graphs');
});

it('says of a checkpoint its family, what it is for, and its numbers', async () => {
  const words = (config: CheckpointConfig) => checkpointInWords(headerOf(config));
  expect(await words(sd1)).toBe('Stable Diffusion 1.x, float16');
  expect(await words({ ...sdxl, unet: { ...sdxl.unet, in_channels: 9 } })).toBe('SDXL, inpainting, float16');
  expect(await words(ssd1b)).toBe('SDXL, SSD-1B, float16');
  expect(await words(koala700m)).toBe('SDXL, KOALA-700M, float16');
});

it('says what parts and folders are, with the size of all that belongs to them', async () => {
  const folder = temporaryFolder({
    'vae.pt': 'nonsense',
    'exported/unet/model.onnx': '12345',
    'exported/unet/model.onnx_data': '67890',
    'cut.safetensors.index.json': '{"weight_map": {}}',
  });
  const names: Readonly<Record<string, string>> = { diffusers: 'exported', vae: 'vae.pt', diffusion_models: 'cut.safetensors.index.json' };
  const models = await listModels({
    list: async (of) => (names[of] === undefined ? [] : [names[of]]),
    locate: async (_, name) => ({ name, path: join(folder, name) }),
    find: async () => undefined,
  });
  expect(models.map(({ name, bytes, what }) => [name, bytes, what])).toEqual([
    ['exported', 10, 'ONNX graphs'],
    ['cut.safetensors.index.json', 18, 'The file "cut.safetensors.index.json" holds no model that Weft knows; a U-Net was expected.'],
    ['vae.pt', 8, 'The file "vae.pt" is damaged: its list of tensors cannot be read.'],
  ]);
});

/** The header of a checkpoint in float16; there is no file behind it. */
function headerOf(config: CheckpointConfig): TensorFile {
  const path = '/models/some.safetensors';
  const tensors = [...checkpointTensors(config, vaePrefix)].map(
    ([key, shape]) => [key, { path, dtype: 'F16', shape, offset: 0, length: 2 * elementCount(shape) }] as const,
  );
  return { path, metadata: new Map(), tensors: new Map(tensors) };
}
