import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const schema = z.object({ torch: z.string(), parameters: z.literal(859_520_964), seconds: z.array(z.number()) });

/** PyTorch's version, and the seconds of each step. */
export type PytorchSteps = z.infer<typeof schema>;

/**
 * Steps of a U-Net of SD1.5's size in PyTorch, float32, both halves of the guidance in one batch; undefined where PyTorch is not
 * installed. It is no part of Weft: the comparison is made where somebody has it.
 */
export async function pytorchSteps(count: number): Promise<PytorchSteps | undefined> {
  const script = fileURLToPath(new URL('./pytorch_unet.py', import.meta.url));
  const run = promisify(execFile);
  try {
    await run('python3', ['-c', 'import torch']);
  } catch {
    console.error('  not compared with PyTorch: python3 has no torch');
    return undefined;
  }
  const { stdout } = await run('python3', [script, String(availableParallelism()), String(count)]);
  return schema.parse(JSON.parse(stdout));
}
