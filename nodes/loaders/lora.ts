import type { NodeContext } from '../context.ts';
import { defineNode, file, float, socket } from '../define.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { checkLora, type LoraCheck, textParts, unetParts } from '../diffusion/patches/check-lora.ts';
import type { ClipRecipe, FileRef, LoraPatch, ModelRecipe, TextEncoderRecipe } from '../types.ts';
import { blameInput } from './blame-input.ts';
import { refuseOnnx } from './refuse-onnx.ts';

const loraFile = file('loras', 'A .safetensors file of the folder "loras".');
const strengthRange = { default: 1, min: -100, max: 100 } as const;

export const loraLoader = defineNode({
  type: 'LoraLoader',
  version: 1,
  title: 'Load LoRA',
  category: 'loaders',
  description:
    'Adds a LoRA to a model and its text encoder: a small file that teaches a style, a person or a thing. Several can follow each other.',
  aliases: ['lora', 'locon', 'lycoris', 'loha', 'lokr', 'dora', 'style'],
  inputs: {
    model: socket('MODEL', 'The model that the LoRA is added to.'),
    clip: socket('CLIP', 'The text encoder that the LoRA is added to.'),
    lora_name: loraFile,
    strength_model: float({
      ...strengthRange,
      tooltip: 'How much it changes the model. 1 is as it was made, 0 not at all; below 0 it takes away.',
    }),
    strength_clip: float({ ...strengthRange, tooltip: 'How much it changes the text encoder.' }),
  },
  outputs: { MODEL: 'MODEL', CLIP: 'CLIP' },
  device: 'any',
  async run({ model, clip, lora_name: lora, strength_model, strength_clip }, context) {
    if (strength_model === 0 && strength_clip === 0) return { MODEL: model, CLIP: clip };
    const check = await checkFile(lora, model, clip, context);
    return {
      MODEL: check.changesUnet ? withUnetLora(model, lora, strength_model) : model,
      CLIP: withTextLora(clip, lora, strength_clip, check.changesText),
    };
  },
});

export const loraLoaderModelOnly = defineNode({
  type: 'LoraLoaderModelOnly',
  version: 1,
  title: 'Load LoRA (Model Only)',
  category: 'loaders',
  description: 'Adds a LoRA to a model and leaves its text encoder as it is.',
  aliases: ['lora', 'locon', 'lycoris'],
  inputs: {
    model: socket('MODEL', 'The model that the LoRA is added to.'),
    lora_name: loraFile,
    strength_model: float({
      ...strengthRange,
      tooltip: 'How much it changes the model. 1 is as it was made, 0 not at all; below 0 it takes away.',
    }),
  },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  async run({ model, lora_name: lora, strength_model }, context) {
    if (strength_model === 0) return { MODEL: model };
    await checkFile(lora, model, undefined, context);
    return { MODEL: withUnetLora(model, lora, strength_model) };
  },
});

/** Only the file's header is read here; what it does to the weights is computed when the model runs. */
async function checkFile(lora: FileRef, model: ModelRecipe, clip: ClipRecipe | undefined, context: NodeContext): Promise<LoraCheck> {
  refuseOnnx('model', model);
  refuseOnnx('clip', ...(clip?.encoders ?? []));
  const target = { name: model.file.name, config: model.config, encoders: clip?.encoders.map(({ config }) => config) };
  const check = await blameInput('lora_name', async () => checkLora(await openTensorFile(lora.path), target));
  if (check.strangers > 0) {
    const rows = [
      { label: 'used', values: [check.layers - check.strangers] },
      { label: 'not in this model', values: [check.strangers] },
    ];
    context.showTable({ kind: 'numbers', columns: ['layers of the LoRA'], rows });
  }
  return check;
}

function withUnetLora(model: ModelRecipe, file: FileRef, strength: number): ModelRecipe {
  if (strength === 0) return model;
  return { ...model, patches: [...(model.patches ?? []), loraPatch(file, strength, unetParts)] };
}

function withTextLora(clip: ClipRecipe, file: FileRef, strength: number, changes: readonly boolean[]): ClipRecipe {
  if (strength === 0) return clip;
  const count = clip.encoders.length;
  return {
    ...clip,
    encoders: clip.encoders.map((encoder, index): TextEncoderRecipe => {
      if (!changes[index]) return encoder;
      return { ...encoder, patches: [...(encoder.patches ?? []), loraPatch(file, strength, textParts(index, count))] };
    }),
  };
}

function loraPatch(file: FileRef, strength: number, parts: LoraPatch['parts']): LoraPatch {
  return { kind: 'lora', file, strength, parts };
}
