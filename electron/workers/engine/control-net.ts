import type { ControlCall } from '../../../nodes/diffusion/engine.ts';
import { originalControlNet } from '../../../nodes/diffusion/layouts/control-net.ts';
import { drawControlNet, residualCount, residualName } from '../../../nodes/diffusion/models/control-net.ts';
import { controlTextInputs } from '../../../nodes/diffusion/models/tensors.ts';
import { writeTextKeys } from '../../../nodes/diffusion/models/text-keys.ts';
import { tensor } from '../../../nodes/diffusion/tensor.ts';
import type { ControlNetRecipe } from '../../../nodes/types.ts';
import { sourceOf, type Workshop } from './model-files.ts';
import { textKeysBy } from './text-keys.ts';

/** Loads the ControlNet unless it is loaded, and returns its forward pass. */
export async function loadControlNet({ sessions, files }: Workshop, net: ControlNetRecipe): Promise<ControlCall> {
  const { unet } = net.config;
  const common = { title: 'the ControlNet', layout: originalControlNet };
  const source = await sourceOf(files, net, {
    ...common,
    name: 'control net',
    repeats: true,
    write: (weights, operators) => drawControlNet(unet, weights, operators, true).graph,
  });
  const text = await sourceOf(files, net, {
    ...common,
    name: 'text keys of the control net',
    repeats: false,
    write: (weights, operators) => writeTextKeys(unet, controlTextInputs(unet), weights, operators),
  });
  const count = residualCount(unet);
  const textOf = textKeysBy(sessions, text);
  await sessions.load(source);
  return async ({ x, timestep, context, adm, hint }) => {
    const feeds = { hint, ...(adm && unet.adm_channels !== null && { adm }), x, timestep: tensor(timestep, [timestep.length]) };
    const outputs = await sessions.run(source, feeds, 'Lower the width, the height or the batch size.', [await textOf(context)]);
    return Array.from({ length: count }, (_, at) => outputs[residualName(at)]);
  };
}
