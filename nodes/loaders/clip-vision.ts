import { combo, defineNode, file } from '../define.ts';
import type { ClipConfig } from '../diffusion/config.ts';
import { detectClip } from '../diffusion/detect-clip.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { blameInput } from './blame-input.ts';

export const clipVisionLoader = defineNode({
  type: 'CLIPVisionLoader',
  version: 1,
  title: 'Load CLIP Vision',
  category: 'loaders',
  description: 'Opens a network that sees what is in a picture. A whole CLIP model can also compare pictures with texts.',
  aliases: ['image encoder', 'openclip', 'vit'],
  inputs: {
    clip_name: file('clip_vision', 'A .safetensors file of the folder "clip_vision": a whole CLIP model, or its image encoder alone.'),
    activation: combo(['auto', 'quick_gelu', 'gelu'], {
      tooltip:
        "Files do not say it: OpenAI's models use quick_gelu, those of OpenCLIP gelu. Change it if a model seems to see nothing right.",
    }),
  },
  outputs: { CLIP_VISION: 'CLIP_VISION' },
  device: 'any',
  async run({ clip_name: chosen, activation }) {
    const config = await blameInput('clip_name', async () => detectClip(await openTensorFile(chosen.path)));
    return {
      CLIP_VISION: { recipe: 'clip_vision', file: chosen, config: activation === 'auto' ? config : withActivation(config, activation) },
    };
  },
});

function withActivation({ vision, text, ...config }: ClipConfig, activation: 'quick_gelu' | 'gelu'): ClipConfig {
  return { ...config, vision: { ...vision, activation }, ...(text && { text: { ...text, activation } }) };
}
