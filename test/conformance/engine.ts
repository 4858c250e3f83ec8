import { createEngine } from '../../electron/workers/engine.ts';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { checkpointRecipes } from '../../nodes/loaders/recipes.ts';
import type { FileRef } from '../../nodes/types.ts';
import { conformanceFile } from './vectors.ts';

/** The reference checkpoints: one of each family that the reference numbers cover. */
export const tinyCheckpoints = ['tiny-sd1', 'tiny-inpaint', 'tiny-sd2', 'tiny-sdxl'] as const;

/** A reference file as a node would get it. */
export function referenceFile(name: string): FileRef {
  return { name, path: conformanceFile(name), fingerprint: name };
}

/** The networks of a reference checkpoint, detected as a loader does it. */
export async function openTiny(name: (typeof tinyCheckpoints)[number]): Promise<ReturnType<typeof checkpointRecipes>> {
  const file = referenceFile(`${name}.safetensors`);
  return checkpointRecipes({ file }, await detectCheckpoint(await openTensorFile(file.path)));
}

/** An engine on the CPU with room for all reference checkpoints. */
export function testEngine(): DiffusionEngine {
  return createEngine({ budgetBytes: 2 ** 30 });
}
