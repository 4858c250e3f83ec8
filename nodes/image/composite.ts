import { boolean, defineNode, int, optionalSocket, socket } from '../define.ts';
import { resizeImage, resizeMask } from '../diffusion/resize.ts';
import { repeatToBatch, type Tensor, tensor } from '../diffusion/tensor.ts';
import { withChannels } from './channels.ts';

export const imageCompositeMasked = defineNode({
  type: 'ImageCompositeMasked',
  version: 1,
  title: 'Paste Picture',
  category: 'image',
  description: 'Puts one picture onto another at a place of your choice. A mask says which parts of it show.',
  aliases: ['composite', 'overlay', 'insert', 'layer'],
  inputs: {
    destination: socket('IMAGE', 'The picture underneath.'),
    source: socket('IMAGE', 'The picture that is put onto it.'),
    x: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels between the left edges of the two.' }),
    y: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels between the top edges of the two.' }),
    resize_source: boolean({ default: false, tooltip: 'Stretch the upper picture to the size of the lower one first.' }),
    mask: optionalSocket('MASK', 'White where the upper picture shows.'),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run({ destination, source, x, y, resize_source, mask }) {
    const [, height, width, channels] = destination.shape;
    const matched = withChannels(source, channels);
    const sized = resize_source ? resizeImage(matched, { width, height }, 'bilinear') : matched;
    return { IMAGE: composite(destination, sized, x, y, mask) };
  },
});

/**
 * Pictures [B, H, W, C] with `source` [b, h, w, C] put onto them at (x, y), cut at the edges.
 * `mask` [m, any size] is stretched to the source: 1 shows the source. Shorter batches repeat up to B.
 */
export function composite(destination: Tensor, source: Tensor, x: number, y: number, mask?: Tensor): Tensor {
  const [batch, height, width, channels] = destination.shape;
  const [, sourceHeight, sourceWidth] = source.shape;
  if (x >= width || y >= height) return destination;
  const sources = repeatToBatch(source, batch);
  const size = { width: sourceWidth, height: sourceHeight };
  const masks = mask && repeatToBatch(resizeMask(mask, size, 'bilinear'), batch);
  const rows = Math.min(sourceHeight, height - y);
  const columns = Math.min(sourceWidth, width - x);
  const data = destination.data.slice();
  for (let item = 0; item < batch; item += 1) {
    for (let row = 0; row < rows; row += 1) {
      const to = ((item * height + y + row) * width + x) * channels;
      const from = (item * sourceHeight + row) * sourceWidth;
      if (masks === undefined) data.set(sources.data.subarray(from * channels, (from + columns) * channels), to);
      else blendRow(data, to, sources.data, from, masks.data, columns, channels);
    }
  }
  return tensor(data, destination.shape);
}

/** `from` counts pixels, `to` counts values. */
function blendRow(
  data: Float32Array,
  to: number,
  source: Float32Array,
  from: number,
  mask: Float32Array,
  columns: number,
  channels: number,
): void {
  for (let i = 0; i < columns * channels; i += 1) {
    const share = mask[from + Math.floor(i / channels)];
    data[to + i] = share * source[from * channels + i] + (1 - share) * data[to + i];
  }
}
