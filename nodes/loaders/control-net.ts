import { defineNode, file } from '../define.ts';
import { detectControlNet } from '../diffusion/detect-control-net.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { blameInput } from './blame-input.ts';

export const controlNetLoader = defineNode({
  type: 'ControlNetLoader',
  version: 1,
  title: 'Load ControlNet',
  category: 'loaders',
  description: 'Opens a ControlNet: a network that makes a model follow a picture of edges, depth, a pose and the like.',
  aliases: ['control net', 'canny', 'depth', 'openpose', 'scribble'],
  inputs: { control_net_name: file('controlnet', 'A file of the folder "controlnet", made for the same family as the checkpoint.') },
  outputs: { CONTROL_NET: 'CONTROL_NET' },
  device: 'any',
  async run({ control_net_name: chosen }) {
    const config = await blameInput('control_net_name', async () => detectControlNet(await openTensorFile(chosen.path)));
    return { CONTROL_NET: { recipe: 'control_net', file: chosen, config } };
  },
});
