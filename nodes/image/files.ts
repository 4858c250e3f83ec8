import type { NodeContext } from '../context.ts';
import { combo, defineNode, file, socket, text } from '../define.ts';
import { filled, map, sliceBatch, tensor, zeros } from '../diffusion/tensor.ts';
import type { ImageValue, MaskValue } from '../types.ts';
import { type DecodedPicture, decodePicture, encodePng } from './codec.ts';

export const loadImage = defineNode({
  type: 'LoadImage',
  version: 1,
  title: 'Load Picture',
  category: 'image',
  description:
    'Opens a picture from the input folder. The mask is white where the picture is transparent; an animation gives all its frames.',
  aliases: ['open', 'import', 'file', 'photo'],
  inputs: { image: file('input', 'A JPEG, PNG, WebP, GIF, TIFF or AVIF file.') },
  outputs: { IMAGE: 'IMAGE', MASK: 'MASK' },
  device: 'cpu',
  async run({ image }) {
    const picture = await decodePicture(image);
    const mask = picture.alpha ? map(picture.alpha, (opacity) => 1 - opacity) : zeros([picture.image.shape[0], 64, 64]);
    return { IMAGE: picture.image, MASK: mask };
  },
});

export const loadImageMask = defineNode({
  type: 'LoadImageMask',
  version: 1,
  title: 'Load Mask',
  category: 'mask',
  description: 'Opens one channel of a picture from the input folder as a mask.',
  aliases: ['open', 'alpha', 'channel'],
  inputs: {
    image: file('input', 'A JPEG, PNG, WebP, GIF, TIFF or AVIF file.'),
    channel: combo(['alpha', 'red', 'green', 'blue'], {
      tooltip: 'With "alpha" the mask is white where the picture is transparent, else where the colour is bright.',
    }),
  },
  outputs: { MASK: 'MASK' },
  device: 'cpu',
  run: async ({ image, channel }) => ({ MASK: channelMask(await decodePicture(image), channel) }),
});

export const saveImage = defineNode({
  type: 'SaveImage',
  version: 1,
  title: 'Save Picture',
  category: 'image',
  description: 'Writes pictures to the output folder as PNG files that carry their workflow.',
  aliases: ['export', 'output', 'write', 'png'],
  inputs: {
    images: socket('IMAGE'),
    filename_prefix: text({
      default: 'Weft',
      tooltip: 'What file names begin with. May hold folders, as in portraits/anna, and tokens such as %date:yyyy-MM-dd% or %width%.',
    }),
  },
  outputs: {},
  device: 'cpu',
  output: true,
  async run({ images, filename_prefix }, context) {
    await savePictures(images, filename_prefix, 'output', context);
    return {};
  },
});

export const previewImage = defineNode({
  type: 'PreviewImage',
  version: 1,
  title: 'Preview Picture',
  category: 'image',
  description: 'Shows pictures without keeping them: their files are temporary.',
  aliases: ['show', 'view', 'display'],
  inputs: { images: socket('IMAGE') },
  outputs: {},
  device: 'cpu',
  output: true,
  async run({ images }, context) {
    await savePictures(images, 'preview', 'temp', context);
    return {};
  },
});

/** Of the first frame. A picture without transparency is opaque everywhere. */
function channelMask({ image, alpha }: DecodedPicture, channel: 'alpha' | 'red' | 'green' | 'blue'): MaskValue {
  const [, height, width] = image.shape;
  const shape = [1, height, width];
  if (channel === 'alpha') return map(alpha ? sliceBatch(alpha, 0, 1) : filled(shape, 1), (opacity) => 1 - opacity);
  const offset = ['red', 'green', 'blue'].indexOf(channel);
  const data = new Float32Array(width * height);
  for (let pixel = 0; pixel < data.length; pixel += 1) data[pixel] = image.data[pixel * 3 + offset];
  return tensor(data, shape);
}

/** One after another, so that the files are numbered in the batch's order. */
async function savePictures(images: ImageValue, prefix: string, folder: 'output' | 'temp', context: NodeContext): Promise<void> {
  const [count, height, width] = images.shape;
  for (let index = 0; index < count; index += 1) {
    const png = await encodePng(sliceBatch(images, index, index + 1));
    await context.savePicture({ png, prefix, folder, width, height });
    context.progress(index + 1, count);
  }
}
