import { combo, defineNode, socket } from '../define.ts';
import { clipCrops } from '../diffusion/clip-pixels.ts';
import { seePictures } from './see.ts';

export const clipVisionEncode = defineNode({
  type: 'CLIPVisionEncode',
  version: 1,
  title: 'See Picture',
  category: 'vision',
  description: 'Turns a picture into what an image encoder sees in it, for nodes that work with the meaning of pictures.',
  aliases: ['clip vision', 'image encoder', 'embed'],
  inputs: {
    clip_vision: socket('CLIP_VISION'),
    image: socket('IMAGE'),
    crop: combo(clipCrops, {
      tooltip: 'With "center" only the middle square is looked at, else the whole picture, squeezed into a square.',
    }),
  },
  outputs: { CLIP_VISION_OUTPUT: 'CLIP_VISION_OUTPUT' },
  device: 'accelerator',
  run: async ({ clip_vision, image, crop }, context) => ({ CLIP_VISION_OUTPUT: await seePictures(context, clip_vision, image, crop) }),
});
