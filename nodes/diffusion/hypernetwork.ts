import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import type { UnetConfig } from './config.ts';
import { familyReading } from './families.ts';
import { wrongKind } from './file-kinds.ts';
import type { HypernetworkLayer, HypernetworkLayers } from './models/hypernetwork.ts';
import { type Activation, activationNames, isActivation } from './onnx/activations.ts';
import { damaged, type TensorFile } from './tensor-file.ts';
import { isKind } from './torch/globals.ts';
import type { TorchFile } from './torch/read.ts';

/** What a hypernetwork's file says beside its tensors. */
export type HypernetworkSettings = { readonly activation: Activation; readonly activatesOutput: boolean };

/** The settings of a hypernetwork; a file without them has no activation. Throws a ProblemError for a function that Weft lacks. */
export function readHypernetworkSettings({ path, root }: TorchFile): HypernetworkSettings {
  const entry = (name: string) => (isKind(root, 'dict') ? root.entries.get(name) : undefined);
  const activation = entry('activation_func') ?? 'linear';
  if (typeof activation !== 'string' || !isActivation(activation)) {
    throw new ProblemError({
      what: `The hypernetwork "${basename(path)}" uses the activation function "${String(activation)}", which Weft does not know.`,
      fix: `Choose one that uses ${activationNames.slice(0, -1).join(', ')} or ${activationNames.at(-1)}.`,
    });
  }
  return { activation, activatesOutput: entry('activate_output') === true };
}

/**
 * The layers of a hypernetwork's file, whose keys begin with the width of an attention and with 0 for keys or 1 for values.
 * Throws a ProblemError that says what the file is instead, or that its layers do not fit each other.
 */
export function hypernetworkLayers(file: TensorFile): HypernetworkLayers {
  const name = basename(file.path);
  const widths = new Set([...file.tensors.keys()].flatMap((key) => /^(\d+)\.[01]\.linear/.exec(key)?.[1] ?? []));
  if (widths.size === 0) throw wrongKind(name, file.tensors.keys(), 'hypernetwork');
  return new Map(
    [...widths].map((width) => [
      Number(width),
      { keys: layersBelow(file, `${width}.0`, Number(width)), values: layersBelow(file, `${width}.1`, Number(width)) },
    ]),
  );
}

/** The layers under `linear.0`, `linear.1`, ... (`linear1`, `linear2` in old files), in that order. */
function layersBelow(file: TensorFile, prefix: string, width: number): readonly HypernetworkLayer[] {
  const places = [...file.tensors].flatMap(([key, { shape }]) => {
    const match = key.startsWith(`${prefix}.`) ? /^linear\.?(\d+)\.weight$/.exec(key.slice(prefix.length + 1)) : null;
    return match === null ? [] : [{ key: key.slice(0, -'.weight'.length), at: Number(match[1]), shape }];
  });
  const layers = places
    .sort((a, b) => a.at - b.at)
    .map(({ key, shape }): HypernetworkLayer => {
      if (shape.length === 1) return { kind: 'norm', key, width: shape[0] };
      return { kind: 'linear', key, in: shape[1], out: shape[0] };
    });
  const end = layers.reduce<number | undefined>((size, layer) => {
    if (layer.kind === 'norm') return layer.width === size ? size : undefined;
    return layer.in === size ? layer.out : undefined;
  }, width);
  if (end !== width || layers.length === 0)
    throw damaged(basename(file.path), `its layers for attention of width ${width} do not fit each other`);
  return layers;
}

/** The widths of the text's context that tell the families apart. */
const textWidths: readonly number[] = [768, 1024, 2048];

/** Throws a ProblemError if a hypernetwork was made for a U-Net of other sizes. */
export function checkHypernetwork(layers: HypernetworkLayers, unet: UnetConfig, name: string): void {
  const own = [...layers.keys()];
  const widths = new Set([unet.context_dim, ...unet.channel_mult.map((factor) => factor * unet.model_channels)]);
  const other = own.find((width) => textWidths.includes(width) && width !== unet.context_dim);
  if (other === undefined && own.some((width) => widths.has(width))) return;
  throw new ProblemError({
    what:
      other === undefined
        ? `The hypernetwork "${name}" changes no attention that the model has: its own is ${own.join(', ')} numbers wide, the model's ${[...widths].join(', ')}.`
        : `The hypernetwork "${name}" was made for ${familyReading(other)}, but the model belongs to ${familyReading(unet.context_dim)}.`,
    fix: 'Choose a hypernetwork that was made for the same family as the checkpoint.',
  });
}
