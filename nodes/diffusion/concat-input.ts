import type { ConditioningEntry, MaskValue } from '../types.ts';
import { fitMask } from './areas.ts';
import type { ModelConfig } from './config.ts';
import { toModelScale } from './latent-space.ts';
import { resizeLatent } from './resize.ts';
import { roundHalfToEven } from './rounding.ts';
import { elementCount, map, repeatToBatch, type Tensor, tensor, zeros } from './tensor.ts';

/** The channels of latents, which every U-Net takes first. */
export const latentChannels = 4;

/** The channels beyond them that Weft knows how to fill, and what for. */
const extraChannels = { inpainting: 5, editing: 4 } as const;

/** The numbers of input channels of the U-Nets that Weft can sample with. */
export const knownInputChannels: readonly number[] = [0, ...Object.values(extraChannels)].map((extra) => latentChannels + extra);

/** A mid-grey picture as latents of Stable Diffusion in the model's scale: what inpainting models see of a picture that is all masked. */
const greyLatent = [0.8223, -0.6876, 0.6364, 0.138] as const;

export type Sampled = {
  /** Where sampling starts from, in the model's scale [B, 4, h, w]. */
  readonly start: Tensor;
  readonly noiseMask?: MaskValue;
};

/**
 * What a U-Net with more input channels sees beside the noisy latents, [B, extra, h, w]; undefined for plain ones.
 * Inpainting (Rombach et al. 2022; 9 channels): the mask of what is drawn anew, and the picture with that part greyed out.
 * Editing by instruction (Brooks et al. 2023; 8 channels): the picture to be edited, its latents unscaled.
 */
export function concatInput(config: Pick<ModelConfig, 'unet' | 'vae'>, entry: ConditioningEntry, sampled: Sampled): Tensor | undefined {
  const extra = config.unet.in_channels - latentChannels;
  const { shape } = sampled.start;
  if (extra === extraChannels.editing) return fitLatent(entry.concatLatent ?? zeros(shape), shape);
  if (extra !== extraChannels.inpainting) return undefined;
  const mask = entry.concatMask ?? sampled.noiseMask;
  const [items, , height, width] = shape;
  if (mask === undefined)
    return joinChannels(tensor(new Float32Array(items * height * width).fill(1), [items, 1, height, width]), grey(shape));
  const fitted = repeatToBatch(map(fitMask(mask, { height, width }), roundHalfToEven), items);
  const picture = entry.concatLatent === undefined ? sampled.start : fitLatent(toModelScale(entry.concatLatent, config.vae), shape);
  return joinChannels(tensor(fitted.data, [items, 1, height, width]), picture);
}

function fitLatent(latent: Tensor, shape: readonly number[]): Tensor {
  const [items, , height, width] = shape;
  const sized =
    latent.shape[2] === height && latent.shape[3] === width ? latent : resizeLatent(latent, { height, width }, 'bilinear', 'center');
  return repeatToBatch(sized, items);
}

function grey(shape: readonly number[]): Tensor {
  const pixels = shape[2] * shape[3];
  return map(zeros(shape), (_, i) => greyLatent[Math.floor(i / pixels) % latentChannels]);
}

/** Two tensors [B, C, h, w] one behind the other in each item. */
function joinChannels(first: Tensor, second: Tensor): Tensor {
  const [items, , height, width] = first.shape;
  const lengths = [first, second].map(({ shape }) => elementCount(shape.slice(1)));
  const data = new Float32Array(first.data.length + second.data.length);
  for (let item = 0; item < items; item++) {
    const at = item * (lengths[0] + lengths[1]);
    data.set(first.data.subarray(item * lengths[0], (item + 1) * lengths[0]), at);
    data.set(second.data.subarray(item * lengths[1], (item + 1) * lengths[1]), at + lengths[0]);
  }
  return tensor(data, [items, first.shape[1] + second.shape[1], height, width]);
}
