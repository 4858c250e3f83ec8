import { basename } from 'node:path';
import { defineNode, file } from '../define.ts';
import type { CheckpointConfig, ClipConfig } from '../diffusion/config.ts';
import { detectCheckpoint } from '../diffusion/detect.ts';
import { detectClip, holdsImageEncoder } from '../diffusion/detect-clip.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { ProblemError } from '../problem.ts';
import { blameInput } from './blame-input.ts';
import { checkpointRecipes } from './recipes.ts';

export const unclipCheckpointLoader = defineNode({
  type: 'unCLIPCheckpointLoader',
  version: 1,
  title: 'Load unCLIP Checkpoint',
  category: 'loaders',
  description: 'Opens a checkpoint that takes up the meaning of pictures, together with the network that sees what is in them.',
  aliases: ['unclip', 'image variation', 'stable diffusion'],
  inputs: { ckpt_name: file('checkpoints', 'An SD2.1 unCLIP checkpoint in the folder "checkpoints".') },
  outputs: { MODEL: 'MODEL', CLIP: 'CLIP', VAE: 'VAE', CLIP_VISION: 'CLIP_VISION' },
  device: 'any',
  async run({ ckpt_name: checkpoint }) {
    const { config, clip } = await blameInput('ckpt_name', () => detectBoth(checkpoint.path));
    return { ...checkpointRecipes({ file: checkpoint }, config), CLIP_VISION: { recipe: 'clip_vision', file: checkpoint, config: clip } };
  },
});

async function detectBoth(path: string): Promise<{ readonly config: CheckpointConfig; readonly clip: ClipConfig }> {
  const tensors = await openTensorFile(path);
  const config = await detectCheckpoint(tensors);
  if (holdsImageEncoder(tensors)) return { config, clip: await detectClip(tensors) };
  throw new ProblemError({
    what: `The checkpoint "${basename(path)}" holds no image encoder, so it is no unCLIP model.`,
    fix: 'Choose an SD2.1 unCLIP checkpoint, or open this one with "Load Checkpoint".',
  });
}
