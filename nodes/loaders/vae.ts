import { defineNode, file } from '../define.ts';
import { detectVae } from '../diffusion/detect.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { blameInput } from './blame-input.ts';

export const vaeLoader = defineNode({
  type: 'VAELoader',
  version: 1,
  title: 'Load VAE',
  category: 'loaders',
  description: "Opens a VAE of its own, to be used instead of a checkpoint's.",
  aliases: ['autoencoder'],
  inputs: { vae_name: file('vae', 'A VAE, in the original or in the diffusers layout, of the folder "vae".') },
  outputs: { VAE: 'VAE' },
  device: 'any',
  async run({ vae_name: chosen }) {
    const vae = await blameInput('vae_name', async () => detectVae(await openTensorFile(chosen.path)));
    return { VAE: { recipe: 'vae', file: chosen, config: { vae } } };
  },
});
