import { defineNode, file } from '../define.ts';
import { detectCheckpoint } from '../diffusion/detect.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { blameInput } from './blame-input.ts';
import { checkpointRecipes } from './recipes.ts';

export const checkpointLoaderSimple = defineNode({
  type: 'CheckpointLoaderSimple',
  version: 2,
  title: 'Load Checkpoint',
  category: 'loaders',
  description:
    'Opens a checkpoint: the network that draws, the text encoder that reads the prompt, and the VAE that turns latents into pixels.',
  aliases: ['model', 'stable diffusion', 'safetensors'],
  inputs: { ckpt_name: file('checkpoints', 'A .safetensors or .ckpt file of the folder "checkpoints".') },
  outputs: { MODEL: 'MODEL', CLIP: 'CLIP', VAE: 'VAE' },
  device: 'any',
  async run({ ckpt_name: checkpoint }) {
    const config = await blameInput('ckpt_name', async () => detectCheckpoint(await openTensorFile(checkpoint.path)));
    return checkpointRecipes({ file: checkpoint }, config);
  },
});
