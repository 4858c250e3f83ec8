import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { zeros } from '../../nodes/diffusion/tensor.ts';
import { openClipNames, smallClip } from '../../test/fixtures/small-clip.ts';
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
