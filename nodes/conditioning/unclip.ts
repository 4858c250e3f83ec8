import { defineNode, float, socket } from '../define.ts';

export const unclipConditioning = defineNode({
  type: 'unCLIPConditioning',
  version: 1,
  title: 'Add Picture to Prompt',
  category: 'conditioning',
  description: 'Lets an unCLIP model take up the meaning of a picture beside that of the text.',
  aliases: ['unclip', 'image prompt', 'variation'],
  inputs: {
    conditioning: socket('CONDITIONING'),
    clip_vision_output: socket('CLIP_VISION_OUTPUT', 'What the image encoder of the same model sees in the picture.'),
    strength: float({ default: 1, min: -10, max: 10, tooltip: 'How much the picture counts; below 0 it is kept away from.' }),
    noise_augmentation: float({ default: 0, min: 0, max: 1, tooltip: 'The more, the further the result may stray from the picture.' }),
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run({ conditioning, clip_vision_output: { embeds }, strength, noise_augmentation: noiseAugmentation }) {
    if (strength === 0) return { CONDITIONING: conditioning };
    const picture = { embeds, strength, noiseAugmentation };
    return { CONDITIONING: conditioning.map((entry) => ({ ...entry, unclip: [...(entry.unclip ?? []), picture] })) };
  },
});
