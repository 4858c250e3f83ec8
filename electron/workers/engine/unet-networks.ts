import type { Pause } from '../../../nodes/diffusion/engine.ts';
import { hypernetworkLayers } from '../../../nodes/diffusion/hypernetwork.ts';
import { singleFile } from '../../../nodes/diffusion/layouts/single-file.ts';
import type { Hypernetwork } from '../../../nodes/diffusion/models/hypernetwork.ts';
import { unetTextInputs } from '../../../nodes/diffusion/models/tensors.ts';
import type { TextInput } from '../../../nodes/diffusion/models/text-attention.ts';
import { writeTextKeys } from '../../../nodes/diffusion/models/text-keys.ts';
import { type UnetVariant, writeUnet } from '../../../nodes/diffusion/models/unet.ts';
import { fileWeights } from '../../../nodes/diffusion/models/weights.ts';
import type { WeightSource } from '../../../nodes/diffusion/onnx/graph.ts';
import type { Operators } from '../../../nodes/diffusion/onnx/operators.ts';
import { unetShapes } from '../../../nodes/diffusion/patches/layers.ts';
import type { HypernetworkRef, ModelRecipe } from '../../../nodes/types.ts';
import type { SessionSource } from '../sessions.ts';
import { Int8Weights } from './int8-weights.ts';
import { type ModelFiles, sourceOf, type Workshop } from './model-files.ts';
import { givenSource, openPatched, type Patched, unetNetwork } from './patched.ts';

/** The networks that a U-Net is run as. */
type UnetNetworks = {
  readonly whole: SessionSource;
  /** The text's keys and values, computed once for each text. */
  readonly text: SessionSource;
  /** The last block alone, for steps that use deep features again; absent where none do. */
  readonly last: { readonly source: SessionSource; readonly textInputs: readonly TextInput[] } | undefined;
};

/** Loads the networks of a U-Net unless they are loaded; that of the text is loaded when it first runs. */
export async function loadUnetNetworks(
  { sessions, files, int8From }: Workshop,
  model: ModelRecipe,
  controlled: boolean,
  pause?: Pause,
): Promise<UnetNetworks> {
  const { config, freeU, reuse } = model;
  const hypernetworks = await Promise.all((model.hypernetworks ?? []).map((ref) => openHypernetwork(files, ref)));
  const patched = await openPatched(files, unetNetwork(model));
  const given = givenSource(patched, pause);
  const int8 = model.int8 === true ? int8Weights(patched, unetShapes(config.unet), pause, int8From) : undefined;
  const rounding = int8 === undefined ? '' : `int8 ${patched.id}`;
  const common = { title: 'the U-Net', layout: singleFile };
  const network = (variant: UnetVariant) => ({
    ...common,
    name: `unet ${JSON.stringify([variant.controlled, variant.deep, freeU, model.hypernetworks])} ${rounding}`,
    repeats: true,
    halves: true,
    write: async (weights: WeightSource, operators: Operators) => {
      const small = operators.integers ? await int8?.open() : undefined;
      return writeUnet(config.unet, weights, operators, { ...variant, freeU, hypernetworks, projected: true, int8: small });
    },
  });
  const textKeys = {
    ...common,
    name: `text keys ${JSON.stringify(model.hypernetworks)}`,
    repeats: false,
    write: (weights: WeightSource, operators: Operators) =>
      writeTextKeys(config.unet, unetTextInputs(config.unet), weights, operators, hypernetworks),
  };
  const last = async () => ({
    source: await sourceOf(files, model, network({ controlled, deep: 'taken' }), given),
    textInputs: unetTextInputs(config.unet, 'taken'),
  });
  const networks = {
    whole: await sourceOf(files, model, network({ controlled, deep: reuse && 'given' }), given),
    text: await sourceOf(files, model, textKeys, given),
    last: reuse && (await last()),
  };
  try {
    await sessions.load(networks.whole);
    if (networks.last !== undefined) await sessions.load(networks.last.source);
  } finally {
    await int8?.discard();
  }
  return networks;
}

function int8Weights(
  patched: Patched,
  shapes: ReadonlyMap<string, readonly number[]>,
  pause: Pause = async () => {},
  smallest: number | undefined,
): Int8Weights {
  let read = 0;
  const reader = async (key: string) => {
    await pause(read, shapes.size);
    read += 1;
    return patched.tensor(key);
  };
  return new Int8Weights(shapes, reader, smallest);
}

async function openHypernetwork(files: ModelFiles, { file, ...settings }: HypernetworkRef): Promise<Hypernetwork> {
  const opened = await files.open({ file });
  return { ...settings, weights: fileWeights(opened), layers: hypernetworkLayers(opened) };
}
