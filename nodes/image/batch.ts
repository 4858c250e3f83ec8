import { defineNode, int, listOf, socket } from '../define.ts';
import { resizeImage } from '../diffusion/resize.ts';
import { concatBatch, filled, sliceBatch } from '../diffusion/tensor.ts';
import { groupNeighbours } from '../rebatch.ts';
import { withChannels } from './channels.ts';

export const imageBatch = defineNode({
  type: 'ImageBatch',
  version: 1,
  title: 'Join Picture Batches',
  category: 'image/batch',
  description: 'Puts two batches of pictures together. The second gets the size of the first.',
  aliases: ['merge', 'combine', 'concat'],
  inputs: { image1: socket('IMAGE'), image2: socket('IMAGE') },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ image1, image2 }) {
    const [, height, width] = image1.shape;
    const channels = Math.max(image1.shape[3], image2.shape[3]);
    const fits = image2.shape[1] === height && image2.shape[2] === width;
    const second = fits ? image2 : resizeImage(image2, { width, height }, 'bilinear', 'center');
    return { IMAGE: concatBatch([withChannels(image1, channels), withChannels(second, channels)]) };
  },
});

export const rebatchImages = defineNode({
  type: 'RebatchImages',
  version: 1,
  title: 'Rebatch Pictures',
  category: 'image/batch',
  description: 'Deals pictures out into batches of another size, which are worked on one after the other. Saves memory with large batches.',
  aliases: ['split', 'chunk', 'memory'],
  inputs: {
    images: socket('IMAGE'),
    batch_size: int({ default: 1, min: 1, max: 4096, tooltip: 'How many pictures a new batch has at most.' }),
  },
  outputs: { IMAGE: listOf('IMAGE') },
  device: 'cpu',
  takesLists: true,
  run({ images, batch_size }) {
    const items = images.flatMap((batch) => Array.from({ length: batch.shape[0] }, (_, index) => sliceBatch(batch, index, index + 1)));
    return { IMAGE: groupNeighbours(items, batch_size[0], ({ shape }) => shape.join()).map(concatBatch) };
  },
});

export const emptyImage = defineNode({
  type: 'EmptyImage',
  version: 1,
  title: 'Plain Picture',
  category: 'image',
  description: 'A picture of a single colour.',
  aliases: ['solid', 'colour', 'color', 'blank'],
  inputs: {
    width: int({ default: 512, min: 1, max: 16384 }),
    height: int({ default: 512, min: 1, max: 16384 }),
    batch_size: int({ default: 1, min: 1, max: 4096, tooltip: 'How many such pictures the batch has.' }),
    color: int({
      default: 0,
      min: 0,
      max: 0xffffff,
      tooltip: 'Red * 65536 + green * 256 + blue, each 0 to 255: 0 is black, 16777215 white.',
    }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ width, height, batch_size, color }) {
    const image = filled([batch_size, height, width, 3], (color & 255) / 255);
    for (let i = 0; i < image.data.length; i += 3) {
      image.data[i] = ((color >> 16) & 255) / 255;
      image.data[i + 1] = ((color >> 8) & 255) / 255;
    }
    return { IMAGE: image };
  },
});
