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
import { checkpointInWords } from './model-words.ts';
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
