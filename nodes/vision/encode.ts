import { defineNode, socket } from '../define.ts';
import { concatBatch } from '../diffusion/tensor.ts';
import type { ClipVisionOutput } from '../types.ts';
import { clipVision, crop } from './inputs.ts';
import { seeEach } from './see.ts';

export const clipVisionEncode = defineNode({
  type: 'CLIPVisionEncode',
  version: 1,
  title: 'See Picture',
  category: 'vision',
  description: 'Turns a picture into what an image encoder sees in it, for nodes that work with the meaning of pictures.',
  aliases: ['clip vision', 'image encoder', 'embed'],
  inputs: {
    clip_vision: clipVision,
    image: socket('IMAGE'),
    crop,
  },
  outputs: { CLIP_VISION_OUTPUT: 'CLIP_VISION_OUTPUT' },
  device: 'accelerator',
  async run({ clip_vision: vision, image: images, crop: cropped }, context) {
    const seen = await Array.fromAsync(seeEach(context, vision, images, cropped));
    const joined = (part: keyof ClipVisionOutput) => concatBatch(seen.map((one) => one[part]));
    return { CLIP_VISION_OUTPUT: { lastHidden: joined('lastHidden'), penultimate: joined('penultimate'), embeds: joined('embeds') } };
  },
});
