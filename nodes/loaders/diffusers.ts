import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defineNode, file } from '../define.ts';
import type { CheckpointConfig } from '../diffusion/config.ts';
import { detectModel, detectText, detectVae } from '../diffusion/detect.ts';
import { publishedVae } from '../diffusion/families.ts';
import { readInputChannels, readLatents, readSchedule } from '../diffusion/folders/facts.ts';
import { detectOnnxText, detectOnnxUnet, detectOnnxVaeHalf, type OnnxVaeHalf } from '../diffusion/folders/onnx-networks.ts';
import { findPart, needPart, type PartName } from '../diffusion/folders/parts.ts';
import { type GraphSummary, scanOnnx } from '../diffusion/onnx/scan.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { ProblemError } from '../problem.ts';
import type { ClipRecipe, FileRef, ModelRecipe, TextEncoderRecipe, VaeRecipe } from '../types.ts';
import { blameInput } from './blame-input.ts';

export const diffusersLoader = defineNode({
  type: 'DiffusersLoader',
  version: 1,
  title: 'Load Model Folder',
  category: 'loaders',
  description: 'Opens a model that is a folder of parts, in the layout of diffusers, or of Optimum with its parts as ONNX graphs.',
  aliases: ['huggingface', 'optimum', 'onnx'],
  inputs: { model_path: file('diffusers', 'A folder with "model_index.json" in the folder "diffusers".') },
  outputs: { MODEL: 'MODEL', CLIP: 'CLIP', VAE: 'VAE' },
  device: 'any',
  run: ({ model_path: folder }) => blameInput('model_path', () => openFolder(folder)),
});

type Parts = { readonly MODEL: ModelRecipe; readonly CLIP: ClipRecipe; readonly VAE: VaeRecipe };

async function openFolder(folder: FileRef): Promise<Parts> {
  const MODEL = await openUnet(folder);
  const { family } = MODEL.config;
  const encoders = await Promise.all(textParts[family].map((part, place) => openText(folder, part, family, place)));
  return { MODEL, CLIP: { recipe: 'clip', encoders }, VAE: await openVae(folder) };
}

/** The text encoders of each family, in the order in which their outputs are joined. */
const textParts: Record<CheckpointConfig['family'], readonly PartName[]> = {
  sd1: ['text_encoder'],
  sd2: ['text_encoder'],
  sdxl: ['text_encoder', 'text_encoder_2'],
  sdxl_refiner: ['text_encoder_2'],
};

async function openUnet(folder: FileRef): Promise<ModelRecipe> {
  const part = await needPart(folder.path, 'unet', 'U-Net');
  const found = isGraph(part)
    ? detectOnnxUnet(await scanPart(folder, part), await readInputChannels(folder.path), part)
    : { config: await detectModel(await openTensorFile(join(folder.path, part))) };
  const { config } = found;
  const schedule = await readSchedule(folder.path, config.schedule);
  const vae = await readLatents(folder.path, config.vae);
  return { recipe: 'model', file: folder, part, ...found, config: { ...config, schedule, vae } };
}

async function openText(folder: FileRef, name: PartName, family: CheckpointConfig['family'], place: number): Promise<TextEncoderRecipe> {
  const part = await needPart(folder.path, name, 'text encoder');
  if (isGraph(part)) return { file: folder, part, ...detectOnnxText(await scanPart(folder, part), family, part) };
  return { file: folder, part, config: detectText(await openTensorFile(join(folder.path, part)), family, place) };
}

async function openVae(folder: FileRef): Promise<VaeRecipe> {
  const halves = await Promise.all((['vae_decoder', 'vae_encoder'] as const).map((name) => openVaeHalf(folder, name)));
  const [decoder, encoder] = halves;
  if (decoder !== undefined) {
    const onnx = encoder === undefined ? { decoder } : { decoder, encoder };
    return { recipe: 'vae', file: folder, config: { vae: publishedVae }, onnx };
  }
  const part = await needPart(folder.path, 'vae', 'VAE');
  const vae = detectVae(await openTensorFile(join(folder.path, part)));
  return { recipe: 'vae', file: folder, part, config: { vae } };
}

async function openVaeHalf(folder: FileRef, name: PartName): Promise<OnnxVaeHalf | undefined> {
  const part = await findPart(folder.path, name);
  return part === undefined || !isGraph(part) ? undefined : detectOnnxVaeHalf(await scanPart(folder, part), part, part);
}

function isGraph(part: string): boolean {
  return part.endsWith('.onnx');
}

/** What a protobuf may hold at most; larger models keep their weights beside the graph. */
const mostGraphBytes = 2 ** 31 - 1;

async function scanPart(folder: FileRef, part: string): Promise<GraphSummary> {
  const path = join(folder.path, part);
  if ((await stat(path)).size > mostGraphBytes) {
    throw new ProblemError({
      what: `The graph "${part}" is larger than an ONNX file can be.`,
      fix: 'Download the folder again, or choose another one.',
    });
  }
  return scanOnnx(await readFile(path), part);
}
