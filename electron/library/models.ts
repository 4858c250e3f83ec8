import { stat } from 'node:fs/promises';
import { detectClip } from '../../nodes/diffusion/detect-clip.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import type { TensorFile } from '../../nodes/diffusion/tensor-file.ts';
import { ProblemError } from '../../nodes/problem.ts';
import { type ModelFolder, modelFolders } from '../../nodes/types.ts';
import type { FileLibrary } from './files.ts';
import { modelParts } from './model-files.ts';
import {
  checkpointInWords,
  controlNetInWords,
  embeddingInWords,
  folderInWords,
  hypernetworkInWords,
  loraInWords,
  textEncoderInWords,
  unetAloneInWords,
  upscalerInWords,
  vaeInWords,
} from './model-words.ts';

/** A model of the library. `what` says what it is, or why it can't be used. */
export type ModelEntry = {
  readonly folder: ModelFolder;
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly what: string;
};

/** All model files and folders, by folder and name. Of weights only the headers are read. */
export async function listModels(library: FileLibrary): Promise<readonly ModelEntry[]> {
  const entries: ModelEntry[] = [];
  for (const folder of modelFolders) {
    for (const name of await library.list(folder)) {
      const located = await library.locate(folder, name);
      if (located === undefined) continue;
      const bytes = await bytesOf(located.path);
      entries.push({ folder, ...located, bytes, what: await inWords(located.path, descriptions[folder]) });
    }
  }
  return entries;
}

async function bytesOf(path: string): Promise<number> {
  const parts = (await modelParts(path)) ?? [path];
  const sizes = await Promise.all(parts.map(async (part) => (await stat(part)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

type Describe = (path: string) => Promise<string>;

const descriptions: Record<ModelFolder, Describe> = {
  checkpoints: (path) => openTensorFile(path).then(checkpointInWords),
  diffusers: folderInWords,
  diffusion_models: (path) => openTensorFile(path).then(unetAloneInWords),
  text_encoders: (path) => openTensorFile(path).then(textEncoderInWords),
  vae: (path) => openTensorFile(path).then(vaeInWords),
  loras: (path) => openTensorFile(path).then(loraInWords),
  embeddings: (path) => openTensorFile(path).then(embeddingInWords),
  hypernetworks: (path) => openTensorFile(path).then(hypernetworkInWords),
  upscale_models: upscalerInWords,
  clip_vision: (path) => openTensorFile(path).then(describeClip),
  controlnet: (path) => openTensorFile(path).then(controlNetInWords),
};

/** The published sizes of CLIP by the width of their image encoder. */
const towerNames: Readonly<Record<number, string>> = { 768: 'B', 1024: 'L', 1280: 'H', 1408: 'g', 1664: 'bigG' };

async function describeClip(file: TensorFile): Promise<string> {
  const { vision, text } = await detectClip(file);
  const size = towerNames[vision.width];
  const name = size === undefined ? 'CLIP' : `CLIP ViT-${size}/${vision.patch}`;
  return text === undefined ? `${name}, image encoder alone` : name;
}

async function inWords(path: string, describe: Describe): Promise<string> {
  try {
    return await describe(path);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.what;
    throw error;
  }
}
