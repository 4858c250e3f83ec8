import type { ControlCall } from '../../../nodes/diffusion/engine.ts';
import { originalControlNet } from '../../../nodes/diffusion/layouts/control-net.ts';
import { residualCount, residualName, writeControlNet } from '../../../nodes/diffusion/models/control-net.ts';
import { tensor } from '../../../nodes/diffusion/tensor.ts';
import type { ControlNetRecipe } from '../../../nodes/types.ts';
import { sourceOf, type Workshop } from './model-files.ts';

/** Loads the ControlNet unless it is loaded, and returns its forward pass. */
export async function loadControlNet({ sessions, files }: Workshop, net: ControlNetRecipe): Promise<ControlCall> {
  const { unet } = net.config;
  const source = await sourceOf(files, net, {
    name: 'control net',
    title: 'the ControlNet',
    repeats: true,
    layout: originalControlNet,
    write: (weights, operators) => writeControlNet(unet, weights, operators),
  });
  const count = residualCount(unet);
  await sessions.load(source);
  return async ({ x, timestep, context, adm, hint }) => {
    const feeds = { x, timestep: tensor(timestep, [timestep.length]), context, hint, ...(adm && unet.adm_channels !== null && { adm }) };
    const outputs = await sessions.run(source, feeds, 'Lower the width, the height or the batch size.');
    return Array.from({ length: count }, (_, at) => outputs[residualName(at)]);
  };
}
