import { type TorchMethod, torchWeights } from './axis-weights.ts';
import { bislerp } from './bislerp.ts';
import { resizeLanczos } from './lanczos.ts';
import { roundHalfToEven } from './rounding.ts';
import { type Grid, resample, type Size } from './separable.ts';
import { type Tensor, tensor } from './tensor.ts';

export const imageResizeMethods = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'] as const;
export const latentResizeMethods = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'bislerp'] as const;
export const cropModes = ['disabled', 'center'] as const;

/** `center` cuts the source to the target's proportions first; `disabled` stretches it. */
export type CropMode = (typeof cropModes)[number];

/** Resizes pictures [B, H, W, C]. Lanczos takes values in 0..1 and rounds to 8 bits a channel, as the field's does. */
export function resizeImage(image: Tensor, size: Size, method: (typeof imageResizeMethods)[number], crop: CropMode = 'disabled'): Tensor {
  const [planes, height, width, channels] = image.shape;
  const source = cropGrid({ data: image.data, planes, height, width, channels }, size, crop);
  const { data } = method === 'lanczos' ? resizeLanczos(source, size) : resizeLikeTorch(source, size, method);
  return tensor(data, [planes, size.height, size.width, channels]);
}

/** Resizes masks [B, H, W]. */
export function resizeMask(mask: Tensor, size: Size, method: TorchMethod): Tensor {
  const [planes, height, width] = mask.shape;
  const { data } = resizeLikeTorch({ data: mask.data, planes, height, width, channels: 1 }, size, method);
  return tensor(data, [planes, size.height, size.width]);
}

/** Resizes latents [B, C, h, w]; `size` is in latent pixels. */
export function resizeLatent(
  latent: Tensor,
  size: Size,
  method: (typeof latentResizeMethods)[number],
  crop: CropMode = 'disabled',
): Tensor {
  const [batch, depth, height, width] = latent.shape;
  const source = cropGrid({ data: latent.data, planes: batch * depth, height, width, channels: 1 }, size, crop);
  const { data } = method === 'bislerp' ? bislerp(source, depth, size) : resizeLikeTorch(source, size, method);
  return tensor(data, [batch, depth, size.height, size.width]);
}

function resizeLikeTorch(source: Grid, size: Size, method: TorchMethod): Grid {
  return resample(source, size, (from, to) => torchWeights(method, from, to));
}

/** The middle of the source in the proportions of `size`; the same memory if nothing is cut. */
function cropGrid(source: Grid, size: Size, crop: CropMode): Grid {
  if (crop === 'disabled') return source;
  const own = source.width / source.height;
  const wanted = size.width / size.height;
  const left = own > wanted ? margin(source.width, wanted / own) : 0;
  const top = own < wanted ? margin(source.height, own / wanted) : 0;
  if (left === 0 && top === 0) return source;
  const width = source.width - 2 * left;
  const height = source.height - 2 * top;
  const rowLength = width * source.channels;
  const data = new Float32Array(source.planes * height * rowLength);
  for (let row = 0; row < source.planes * height; row += 1) {
    const sourceRow = Math.floor(row / height) * source.height + top + (row % height);
    const from = (sourceRow * source.width + left) * source.channels;
    data.set(source.data.subarray(from, from + rowLength), row * rowLength);
  }
  return { ...source, data, height, width };
}

/** What is cut from each end of `length` so that about `share` of it is kept; something always is. */
function margin(length: number, share: number): number {
  return Math.min(roundHalfToEven((length - length * share) / 2), Math.floor((length - 1) / 2));
}
