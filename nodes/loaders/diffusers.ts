import { join } from 'node:path';
import { defineNode, file } from '../define.ts';
import type { CheckpointConfig } from '../diffusion/config.ts';
import { detectModel, detectText, detectVae } from '../diffusion/detect.ts';
import { readLatents, readSchedule } from '../diffusion/folders/facts.ts';
import { needPart, type PartName } from '../diffusion/folders/parts.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import type { ClipRecipe, FileRef, ModelRecipe, TextEncoderRecipe, VaeRecipe } from '../types.ts';
import { blameInput } from './blame-input.ts';

export const diffusersLoader = defineNode({
  type: 'DiffusersLoader',
  version: 1,
  title: 'Load Model Folder',
  category: 'loaders',
  description: 'Opens a model that is a folder of parts, in the layout of diffusers, as sites and training programs give it.',
  aliases: ['huggingface', 'optimum', 'onnx'],
  inputs: { model_path: file('diffusers', 'A folder with "model_index.json" in the folder "diffusers".') },
  outputs: { MODEL: 'MODEL', CLIP: 'CLIP', VAE: 'VAE' },
  device: 'any',
  run: ({ model_path: folder }) => blameInput('model_path', () => openFolder(folder)),
});

type Parts = { readonly MODEL: ModelRecipe; readonly CLIP: ClipRecipe; readonly VAE: VaeRecipe };

async function openFolder(folder: FileRef): Promise<Parts> {
  const open = async (part: PartName, what: string) => {
    const found = await needPart(folder.path, part, what);
    return { part: found, opened: await openTensorFile(join(folder.path, found)) };
  };
  const unet = await open('unet', 'U-Net');
  const vae = await open('vae', 'VAE');
  const recognised = await detectModel(unet.opened);
  const config = {
    ...recognised,
    schedule: await readSchedule(folder.path, recognised.schedule),
    vae: await readLatents(folder.path, recognised.vae),
  };
  const encoders = textParts[config.family].map(async (part, place): Promise<TextEncoderRecipe> => {
    const text = await open(part, 'text encoder');
    return { file: folder, part: text.part, config: detectText(text.opened, config.family, place) };
  });
  return {
    MODEL: { recipe: 'model', file: folder, part: unet.part, config },
    CLIP: { recipe: 'clip', encoders: await Promise.all(encoders) },
    VAE: { recipe: 'vae', file: folder, part: vae.part, config: { vae: detectVae(vae.opened) } },
  };
}

/** The text encoders of each family, in the order in which their outputs are joined. */
const textParts: Record<CheckpointConfig['family'], readonly PartName[]> = {
  sd1: ['text_encoder'],
  sd2: ['text_encoder'],
  sdxl: ['text_encoder', 'text_encoder_2'],
  sdxl_refiner: ['text_encoder_2'],
};
