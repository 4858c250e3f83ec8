import { defineNode, int } from '../define.ts';
import { zeros } from '../diffusion/tensor.ts';

export const emptyLatentImage = defineNode({
  type: 'EmptyLatentImage',
  version: 1,
  title: 'Empty Latent',
  category: 'latent',
  description:
    'A blank start for a new picture. Its size is the size of the picture, which comes out best near what the model was trained on.',
  aliases: ['size', 'resolution', 'new', 'blank', 'txt2img'],
  inputs: {
    width: int({ default: 512, min: 16, max: 16384, step: 8, tooltip: 'Width of the picture in pixels.' }),
    height: int({ default: 512, min: 16, max: 16384, step: 8, tooltip: 'Height of the picture in pixels.' }),
    batch_size: int({ default: 1, min: 1, max: 4096, tooltip: 'How many pictures are made together.' }),
  },
  outputs: { LATENT: 'LATENT' },
  device: 'any',
  run: ({ width, height, batch_size }) => ({
    LATENT: { samples: zeros([batch_size, 4, Math.floor(height / 8), Math.floor(width / 8)]) },
  }),
});
