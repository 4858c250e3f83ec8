import { stat } from 'node:fs/promises';
import { unetInWords } from '../../nodes/diffusion/control.ts';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import { detectClip } from '../../nodes/diffusion/detect-clip.ts';
import { detectControlNet } from '../../nodes/diffusion/detect-control-net.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import type { TensorFile } from '../../nodes/diffusion/tensor-file.ts';
import { ProblemError } from '../../nodes/problem.ts';
import { type ModelFolder, modelFolders } from '../../nodes/types.ts';
import type { FileLibrary } from './files.ts';

/** A model file of the library. `what` says what a checkpoint, a CLIP model or a ControlNet is, or why it can't be used. */
export type ModelEntry = {
  readonly folder: ModelFolder;
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly what?: string;
};

const familyNames = { sd1: 'Stable Diffusion 1.x', sd2: 'Stable Diffusion 2.x', sdxl: 'SDXL', sdxl_refiner: 'SDXL refiner' } as const;

/** All model files, by folder and name. Of checkpoints only the headers are read. */
export async function listModels(library: FileLibrary): Promise<readonly ModelEntry[]> {
  const entries: ModelEntry[] = [];
  for (const folder of modelFolders) {
    for (const name of await library.list(folder)) {
      const located = await library.locate(folder, name);
      if (located === undefined) continue;
      const { size } = await stat(located.path);
      const describe = descriptions[folder];
      entries.push({ folder, ...located, bytes: size, ...(describe && { what: await inWords(located.path, describe) }) });
    }
  }
  return entries;
}

type Describe = (file: TensorFile) => Promise<string>;

const descriptions: Partial<Record<ModelFolder, Describe>> = {
  checkpoints: describeCheckpoint,
  clip_vision: describeClip,
  controlnet: describeControlNet,
};

async function describeCheckpoint(file: TensorFile): Promise<string> {
  return familyNames[(await detectCheckpoint(file)).family];
}

async function describeControlNet(file: TensorFile): Promise<string> {
  return `ControlNet for ${unetInWords(detectControlNet(file).unet)}`;
}

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
    return await describe(await openTensorFile(path));
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.what;
    throw error;
  }
}
