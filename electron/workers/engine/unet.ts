import type { Pause, UnetCall } from '../../../nodes/diffusion/engine.ts';
import { hypernetworkLayers } from '../../../nodes/diffusion/hypernetwork.ts';
import { singleFile } from '../../../nodes/diffusion/layouts/single-file.ts';
import { residualCount, residualName } from '../../../nodes/diffusion/models/control-net.ts';
import type { Hypernetwork } from '../../../nodes/diffusion/models/hypernetwork.ts';
import { writeUnet } from '../../../nodes/diffusion/models/unet.ts';
import { fileWeights } from '../../../nodes/diffusion/models/weights.ts';
import type { WeightSource } from '../../../nodes/diffusion/onnx/graph.ts';
import type { Operators } from '../../../nodes/diffusion/onnx/operators.ts';
import { type Tensor, tensor, zeros } from '../../../nodes/diffusion/tensor.ts';
import type { HypernetworkRef, ModelRecipe } from '../../../nodes/types.ts';
import { checkContext } from './check-context.ts';
import { type ModelFiles, sourceOf, type Workshop } from './model-files.ts';
import { loadOnnxUnet } from './onnx-networks.ts';
import { givenSource, openPatched, unetNetwork } from './patched.ts';

/** Loads the U-Net unless it is loaded, and returns its forward pass. */
export async function loadUnet(workshop: Workshop, model: ModelRecipe, controlled: boolean, pause?: Pause): Promise<UnetCall> {
  const { sessions, files } = workshop;
  const { config, freeU, onnx } = model;
  if (onnx !== undefined) return loadOnnxUnet(workshop, model, onnx, controlled);
  const hypernetworks = await Promise.all((model.hypernetworks ?? []).map((ref) => openHypernetwork(files, ref)));
  const patched = await openPatched(files, unetNetwork(model));
  const network = {
    name: `unet ${JSON.stringify([controlled, freeU, model.hypernetworks])}`,
    title: 'the U-Net',
    repeats: true,
    halves: true,
    layout: singleFile,
    write: (weights: WeightSource, operators: Operators) =>
      writeUnet(config.unet, weights, operators, { controlled, freeU, hypernetworks }),
  };
  const source = await sourceOf(files, model, network, givenSource(patched, pause));
  const count = controlled ? residualCount(config.unet) : 0;
  await sessions.load(source);
  return async ({ x, timestep, context, adm, residuals }) => {
    checkContext(model, context);
    const feeds = { x, timestep: tensor(timestep, [timestep.length]), context, ...(adm && { adm }), ...residualFeeds(count, residuals) };
    const { out } = await sessions.run(source, feeds, 'Lower the width, the height or the batch size.');
    return out;
  };
}

async function openHypernetwork(files: ModelFiles, { file, ...settings }: HypernetworkRef): Promise<Hypernetwork> {
  const opened = await files.open({ file });
  return { ...settings, weights: fileWeights(opened), layers: hypernetworkLayers(opened) };
}

/** Between the ranges of controls there is nothing to add: a single zero stands for each residual. */
function residualFeeds(count: number, residuals: readonly Tensor[] | undefined): Record<string, Tensor> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [residualName(at), residuals?.[at] ?? zeros([1, 1, 1, 1])]));
}
