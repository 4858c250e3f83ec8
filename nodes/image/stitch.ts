import { boolean, combo, defineNode, int, optionalSocket, socket } from '../define.ts';
import { resizeImage } from '../diffusion/resize.ts';
import { concatBatch, sliceBatch, type Tensor, zeros } from '../diffusion/tensor.ts';
import { withChannels } from './channels.ts';
import { composite } from './composite.ts';

const colours = {
  white: [1, 1, 1],
  black: [0, 0, 0],
  red: [1, 0, 0],
  green: [0, 1, 0],
  blue: [0, 0, 1],
} as const;

export const imageStitch = defineNode({
  type: 'ImageStitch',
  version: 1,
  title: 'Put Pictures Side by Side',
  category: 'image',
  description: 'Joins two pictures into one, beside or below each other. Good for comparisons.',
  aliases: ['concatenate', 'grid', 'compare', 'collage'],
  inputs: {
    image1: socket('IMAGE'),
    direction: combo(['right', 'down', 'left', 'up'], { tooltip: 'Where the second picture goes.' }),
    match_image_size: boolean({ default: true, tooltip: 'Bring the second picture to the height or width of the first one.' }),
    spacing_width: int({ default: 0, min: 0, max: 1024, step: 2, tooltip: 'Pixels between the two.' }),
    spacing_color: combo(['white', 'black', 'red', 'green', 'blue'], { tooltip: 'The colour between the two.' }),
    image2: optionalSocket('IMAGE', 'Without one, the first picture comes out as it is.'),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ image1, direction, match_image_size, spacing_width, spacing_color, image2 }) {
    if (image2 === undefined) return { IMAGE: image1 };
    const axis = direction === 'right' || direction === 'left' ? 'horizontal' : 'vertical';
    const channels = Math.max(image1.shape[3], image2.shape[3]);
    const batch = Math.max(image1.shape[0], image2.shape[0]);
    const first = repeatLast(withChannels(image1, channels), batch);
    const second = repeatLast(withChannels(match_image_size ? matchSide(image2, image1, axis) : image2, channels), batch);
    const [before, after] = direction === 'right' || direction === 'down' ? [first, second] : [second, first];
    return { IMAGE: join(before, after, axis, spacing_width + (spacing_width % 2), colours[spacing_color]) };
  },
});

type Axis = 'horizontal' | 'vertical';

/** `image` with the height (side by side) or the width (one above the other) of `model`, in its own proportions. */
function matchSide(image: Tensor, model: Tensor, axis: Axis): Tensor {
  const [, height, width] = image.shape;
  const size =
    axis === 'horizontal'
      ? { height: model.shape[1], width: Math.max(Math.trunc(model.shape[1] * (width / height)), 1) }
      : { width: model.shape[2], height: Math.max(Math.trunc(model.shape[2] / (width / height)), 1) };
  return size.width === width && size.height === height ? image : resizeImage(image, size, 'lanczos');
}

/** Fills a batch up with its last picture. */
function repeatLast(image: Tensor, batch: number): Tensor {
  const count = image.shape[0];
  const last = sliceBatch(image, count - 1, count);
  return count === batch ? image : concatBatch([image, ...Array.from({ length: batch - count }, () => last)]);
}

/** Both on one black canvas, centred across the axis, with a strip of `colour` between them. */
function join(before: Tensor, after: Tensor, axis: Axis, spacing: number, colour: readonly number[]): Tensor {
  const [batch, beforeHeight, beforeWidth, channels] = before.shape;
  const [, afterHeight, afterWidth] = after.shape;
  const horizontal = axis === 'horizontal';
  const across = horizontal ? Math.max(beforeHeight, afterHeight) : Math.max(beforeWidth, afterWidth);
  const along = spacing + (horizontal ? beforeWidth + afterWidth : beforeHeight + afterHeight);
  const canvas = zeros(horizontal ? [batch, across, along, channels] : [batch, along, across, channels]);
  const put = (onto: Tensor, image: Tensor, offset: number) => {
    const centred = Math.floor((across - image.shape[horizontal ? 1 : 2]) / 2);
    return horizontal ? composite(onto, image, offset, centred) : composite(onto, image, centred, offset);
  };
  const own = horizontal ? beforeWidth : beforeHeight;
  const strip = plain(horizontal ? [1, across, spacing, channels] : [1, spacing, across, channels], colour);
  return put(put(put(canvas, before, 0), strip, own), after, own + spacing);
}

/** A picture of one opaque colour. */
function plain(shape: readonly number[], colour: readonly number[]): Tensor {
  const image = zeros(shape);
  const channels = shape[3];
  for (let i = 0; i < image.data.length; i += 1) image.data[i] = colour[i % channels] ?? 1;
  return image;
}
