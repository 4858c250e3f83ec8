import type { Pause, UnetCall } from '../../../nodes/diffusion/engine.ts';
import { residualCount, residualName } from '../../../nodes/diffusion/models/control-net.ts';
import { type TextInput, textInputNames } from '../../../nodes/diffusion/models/text-attention.ts';
import { guidanceSinusoid } from '../../../nodes/diffusion/sinusoid.ts';
import { type Tensor, tensor, zeros } from '../../../nodes/diffusion/tensor.ts';
import type { ModelRecipe } from '../../../nodes/types.ts';
import type { Feeds } from '../runtime.ts';
import type { SessionSource } from '../sessions.ts';
import { DeepFeatures } from './deep-reuse.ts';
import type { Workshop } from './model-files.ts';
import { loadOnnxUnet } from './onnx-networks.ts';
import { type TextKeys, textKeysBy } from './text-keys.ts';
import { loadUnetNetworks } from './unet-networks.ts';

/** Loads the U-Net unless it is loaded, and returns its forward pass. */
export async function loadUnet(workshop: Workshop, model: ModelRecipe, controlled: boolean, pause?: Pause): Promise<UnetCall> {
  const { sessions } = workshop;
  if (model.onnx !== undefined) return loadOnnxUnet(workshop, model, model.onnx, controlled);
  const { whole, text, last } = await loadUnetNetworks(workshop, model, controlled, pause);
  const count = controlled ? residualCount(model.config.unet) : 0;
  const features = model.reuse === undefined ? undefined : new DeepFeatures(model.reuse);
  const textOf = textKeysBy(sessions, text);

  return async ({ x, timestep, context, adm, guidance, residuals }) => {
    const textKeys = await textOf(context);
    const always = { x, timestep: tensor(timestep, [timestep.length]), ...(adm && { adm }), ...guidanceFeed(model, guidance) };
    const run = (source: SessionSource, more: Feeds, steady: readonly Feeds[] = []) =>
      sessions.run(source, { ...always, ...more }, 'Lower the width, the height or the batch size.', steady);
    const known = features?.find(context, timestep[0], x.shape.slice(2));
    if (known !== undefined && last !== undefined) {
      const steering = residualFeeds(Math.min(count, 1), residuals);
      return (await run(last.source, { deep: known, ...only(textKeys, last.textInputs), ...steering })).out;
    }
    const { out, deep } = await run(whole, residualFeeds(count, residuals), [textKeys]);
    features?.keep(context, deep);
    return out;
  };
}

function guidanceFeed({ config }: ModelRecipe, scale: number | undefined): Feeds {
  const { guidance_width: width } = config.unet;
  return scale === undefined || width === undefined ? {} : { guidance: tensor(guidanceSinusoid(scale, width), [1, width]) };
}

function only(text: TextKeys, inputs: readonly TextInput[]): TextKeys {
  const names = inputs.flatMap(({ key }) => Object.values(textInputNames(key)));
  return Object.fromEntries(names.map((name) => [name, text[name]]));
}

/** Between the ranges of controls there is nothing to add: a single zero stands for each residual. */
function residualFeeds(count: number, residuals: readonly Tensor[] | undefined): Record<string, Tensor> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [residualName(at), residuals?.[at] ?? zeros([1, 1, 1, 1])]));
}
