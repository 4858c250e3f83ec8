import { stat } from 'node:fs/promises';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { ProblemError } from '../../nodes/problem.ts';
import { type ModelFolder, modelFolders } from '../../nodes/types.ts';
import type { FileLibrary } from './files.ts';

/** A model file of the library. `what` says what a checkpoint is, or why it can't be used. */
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
      const what = folder === 'checkpoints' ? { what: await describeCheckpoint(located.path) } : {};
      entries.push({ folder, ...located, bytes: size, ...what });
    }
  }
  return entries;
}

async function describeCheckpoint(path: string): Promise<string> {
  try {
    const { family } = await detectCheckpoint(await openTensorFile(path));
    return familyNames[family];
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.what;
    throw error;
  }
}
