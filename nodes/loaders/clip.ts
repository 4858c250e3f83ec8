import { combo, defineNode, file } from '../define.ts';
import { detectText } from '../diffusion/detect.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { familyOfText } from '../diffusion/recognise-text.ts';
import type { FileRef, TextEncoderRecipe } from '../types.ts';
import { blameInput } from './blame-input.ts';

export const clipLoader = defineNode({
  type: 'CLIPLoader',
  version: 1,
  title: 'Load CLIP',
  category: 'loaders',
  description:
    'Opens a text encoder from a file of its own: CLIP-L for Stable Diffusion 1.x, OpenCLIP H for 2.x, OpenCLIP bigG for the SDXL refiner.',
  aliases: ['text encoder'],
  inputs: {
    clip_name: file('text_encoders', 'A text encoder of the folder "text_encoders".'),
    type: combo(['stable_diffusion']),
  },
  outputs: { CLIP: 'CLIP' },
  device: 'any',
  async run({ clip_name: chosen }) {
    const encoder = await blameInput('clip_name', async () => {
      const opened = await openTensorFile(chosen.path);
      return { file: chosen, config: detectText(opened, familyOfText(opened) ?? 'sd1', 0) };
    });
    return { CLIP: { recipe: 'clip', encoders: [encoder] } };
  },
});

export const dualClipLoader = defineNode({
  type: 'DualCLIPLoader',
  version: 1,
  title: 'Load Two CLIPs',
  category: 'loaders',
  description: 'Opens the two text encoders of SDXL, CLIP-L and OpenCLIP bigG, from files of their own, in any order.',
  aliases: ['text encoder', 'sdxl'],
  inputs: {
    clip_name1: file('text_encoders', 'CLIP-L or OpenCLIP bigG.'),
    clip_name2: file('text_encoders', 'The other one of the two.'),
    type: combo(['sdxl']),
  },
  outputs: { CLIP: 'CLIP' },
  device: 'any',
  async run({ clip_name1: one, clip_name2: two }) {
    const isTurned = await blameInput('clip_name1', async () => isSecond(one));
    const [first, second] = isTurned ? (['clip_name2', 'clip_name1'] as const) : (['clip_name1', 'clip_name2'] as const);
    const files = { clip_name1: one, clip_name2: two };
    const encoders = await Promise.all([encoderOf(first, files[first], 0), encoderOf(second, files[second], 1)]);
    return { CLIP: { recipe: 'clip', encoders } };
  },
});

/** Whether a file holds OpenCLIP bigG, whose output comes second and pools the prompt. */
async function isSecond(chosen: FileRef): Promise<boolean> {
  return familyOfText(await openTensorFile(chosen.path)) === 'sdxl_refiner';
}

function encoderOf(input: string, chosen: FileRef, place: number): Promise<TextEncoderRecipe> {
  return blameInput(input, async () => ({ file: chosen, config: detectText(await openTensorFile(chosen.path), 'sdxl', place) }));
}
