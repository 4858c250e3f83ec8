import { combo, defineNode, file } from '../define.ts';
import { detectModel } from '../diffusion/detect.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { blameInput } from './blame-input.ts';

export const unetLoader = defineNode({
  type: 'UNETLoader',
  version: 1,
  title: 'Load Diffusion Model',
  category: 'loaders',
  description: 'Opens the network that draws from a file of its own, without text encoder and VAE.',
  aliases: ['u-net', 'unet'],
  inputs: {
    unet_name: file('diffusion_models', 'A U-Net, in the original or in the diffusers layout, of the folder "diffusion_models".'),
    weight_dtype: combo(['default'], { tooltip: 'Weights are used as the file holds them.' }),
  },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  async run({ unet_name: chosen }) {
    const config = await blameInput('unet_name', async () => detectModel(await openTensorFile(chosen.path)));
    return { MODEL: { recipe: 'model', file: chosen, config } };
  },
});
