import { defineNode, int, socket } from '../define.ts';
import { filled, type Tensor, tensor } from '../diffusion/tensor.ts';
import { composite } from './composite.ts';

export const imageCrop = defineNode({
  type: 'ImageCrop',
  version: 1,
  title: 'Crop Picture',
  category: 'image/transform',
  description: 'Cuts a rectangle out of a picture.',
  aliases: ['cut', 'trim'],
  inputs: {
    image: socket('IMAGE'),
    width: int({ default: 512, min: 1, max: 16384, tooltip: 'Width of the rectangle; it ends at the edge of the picture.' }),
    height: int({ default: 512, min: 1, max: 16384, tooltip: 'Height of the rectangle; it ends at the edge of the picture.' }),
    x: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels left of the rectangle.' }),
    y: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels above the rectangle.' }),
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'cpu',
  run: ({ image, width, height, x, y }) => ({ IMAGE: cut(image, { width, height, x, y }) }),
});

const margin = (side: string) => int({ default: 0, min: 0, max: 16384, step: 8, tooltip: `Pixels to add ${side}.` });

export const imagePadForOutpaint = defineNode({
  type: 'ImagePadForOutpaint',
  version: 1,
  title: 'Pad Picture for Outpainting',
  category: 'image',
  description: 'Makes room around a picture, and a mask that is white there, for the model to paint beyond the edges.',
  aliases: ['extend', 'expand', 'outpaint', 'border', 'uncrop'],
  inputs: {
    image: socket('IMAGE'),
    left: margin('at the left'),
    top: margin('at the top'),
    right: margin('at the right'),
    bottom: margin('at the bottom'),
    feathering: int({ default: 40, min: 0, max: 16384, tooltip: 'Pixels inside the old edges over which old and new blend.' }),
  },
  outputs: { IMAGE: 'IMAGE', MASK: 'MASK' },
  device: 'cpu',
  run({ image, left, top, right, bottom, feathering }) {
    const [batch, height, width, channels] = image.shape;
    const canvas = filled([batch, height + top + bottom, width + left + right, channels], 0.5);
    return {
      IMAGE: composite(canvas, image, left, top),
      MASK: outpaintMask({ width, height }, { left, top, right, bottom }, feathering),
    };
  },
});

type Rectangle = { readonly width: number; readonly height: number; readonly x: number; readonly y: number };

/** The part of pictures [B, H, W, C] inside `wanted`, at least one pixel at its top left. */
function cut(image: Tensor, wanted: Rectangle): Tensor {
  const [batch, height, width, channels] = image.shape;
  const left = Math.min(wanted.x, width - 1);
  const top = Math.min(wanted.y, height - 1);
  const newWidth = Math.min(wanted.width, width - left);
  const newHeight = Math.min(wanted.height, height - top);
  const rowLength = newWidth * channels;
  const data = new Float32Array(batch * newHeight * rowLength);
  for (let row = 0; row < batch * newHeight; row += 1) {
    const sourceRow = Math.floor(row / newHeight) * height + top + (row % newHeight);
    const from = (sourceRow * width + left) * channels;
    data.set(image.data.subarray(from, from + rowLength), row * rowLength);
  }
  return tensor(data, [batch, newHeight, newWidth, channels]);
}

type Margins = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/**
 * 1 in the margins, 0 in the old picture, and ((f - d) / f)^2 at distance d < f from an edge that has a margin.
 * A picture too small for two such edges is not feathered.
 */
export function outpaintMask(picture: { width: number; height: number }, margins: Margins, feathering: number): Tensor {
  const width = picture.width + margins.left + margins.right;
  const height = picture.height + margins.top + margins.bottom;
  const feathers = feathering > 0 && feathering * 2 < picture.width && feathering * 2 < picture.height;
  const distance = (at: number, length: number, before: number, after: number) =>
    Math.min(before > 0 ? at : length, after > 0 ? length - at : length);
  const mask = filled([1, height, width], 1);
  for (let y = 0; y < picture.height; y += 1) {
    const vertical = distance(y, picture.height, margins.top, margins.bottom);
    const row = (y + margins.top) * width + margins.left;
    for (let x = 0; x < picture.width; x += 1) {
      const nearest = Math.min(vertical, distance(x, picture.width, margins.left, margins.right));
      mask.data[row + x] = feathers && nearest < feathering ? ((feathering - nearest) / feathering) ** 2 : 0;
    }
  }
  return mask;
}
