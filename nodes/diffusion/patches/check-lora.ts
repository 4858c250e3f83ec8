import { basename } from 'node:path';
import { ProblemError } from '../../problem.ts';
import type { CheckpointConfig, ModelConfig, TextConfig } from '../config.ts';
import { familyInWords, familyOfContext } from '../families.ts';
import { wrongKind } from '../file-kinds.ts';
import type { TensorFile } from '../tensor-file.ts';
import { textLayers, unetLayers } from './layers.ts';
import { loraTextWidth } from './lora-family.ts';
import { loraLayers, type Match, madeFor, matchLora } from './lora-file.ts';
import type { LoraPart } from './lora-names.ts';

/** Under which names a LoRA file has the changes of a U-Net. */
export const unetParts: readonly LoraPart[] = ['unet', 'any'];

/** The same for text encoder `index` of `count`: files call the only one of a model in either way. */
export function textParts(index: number, count: number): readonly LoraPart[] {
  if (count === 1) return ['text', 'text_2', 'any'];
  return index === 0 ? ['text', 'any'] : ['text_2'];
}

export type LoraCheck = {
  readonly changesUnet: boolean;
  /** For each text encoder. */
  readonly changesText: readonly boolean[];
  readonly layers: number;
  /** How many of the layers the model does not have. */
  readonly strangers: number;
};

/** What a LoRA is to be added to; `encoders` is undefined where only the U-Net is. */
type LoraTarget = { readonly name: string; readonly config: ModelConfig; readonly encoders?: readonly TextConfig[] };

/** Throws a ProblemError where the file is no LoRA, or one for another family of models. */
export function checkLora(file: TensorFile, { name, config, encoders }: LoraTarget): LoraCheck {
  const all = loraLayers(file);
  if (all.length === 0) throw wrongKind(basename(file.path), file.tensors.keys(), 'lora');
  const unet = matchLora(file, unetParts, unetLayers(config.unet));
  const texts = (encoders ?? []).map((encoder, index) => matchLora(file, textParts(index, encoders?.length ?? 0), textLayers(encoder)));
  const matches = [unet, ...texts];
  const wanted = encoders === undefined ? all.filter(({ part }) => part === 'unet' || part === 'any') : all;
  const misfit = matches.flatMap(({ misfits }) => misfits)[0];
  const ownText = loraTextWidth(file) ?? config.unet.context_dim;
  if (misfit !== undefined || ownText !== config.unet.context_dim || matches.every(({ changes }) => changes.length === 0)) {
    if (wanted.length === 0) throw textOnly(file);
    throw otherFamily(file, name, config.family, misfit);
  }
  const known = new Set(matches.flatMap((match) => [...match.known]));
  return {
    changesUnet: unet.changes.length > 0,
    changesText: texts.map(({ changes }) => changes.length > 0),
    layers: wanted.length,
    strangers: wanted.filter((layer) => !known.has(layer)).length,
  };
}

function otherFamily(file: TensorFile, model: string, family: CheckpointConfig['family'], misfit?: Match['misfits'][number]): ProblemError {
  const made = familyOfContext(loraTextWidth(file) ?? 0);
  const what = `The LoRA "${basename(file.path)}"`;
  const fix = `Choose a LoRA that was made for ${familyInWords[family]}, or another checkpoint.`;
  if (made !== undefined && made !== family) {
    return new ProblemError({
      what: `${what} was made for ${familyInWords[made]}, but the model "${model}" belongs to ${familyInWords[family]}.`,
      fix,
    });
  }
  if (misfit === undefined) {
    return new ProblemError({
      what: `${what} was made for another kind of model: the model "${model}" has none of its ${loraLayers(file).length} layers.`,
      fix,
    });
  }
  const shape = madeFor(misfit.place);
  return new ProblemError({
    what: `${what} does not fit the model "${model}": what it adds to "${misfit.layer.slice(0, 120)}" is no matrix of the shape [${shape.join(', ')}].`,
    fix,
  });
}

function textOnly(file: TensorFile): ProblemError {
  return new ProblemError({
    what: `The LoRA "${basename(file.path)}" changes only the text encoder.`,
    fix: 'Use "Load LoRA", which is linked to the text encoder (CLIP) as well.',
  });
}
