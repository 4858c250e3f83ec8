import { smoothCubicWeights } from './axis-weights.ts';
import { roundHalfToEven } from './rounding.ts';
import { type Grid, resample, type Size } from './separable.ts';
import { type Tensor, tensor } from './tensor.ts';

export const clipCrops = ['center', 'none'] as const;
/** What of a picture is looked at: its middle square, or all of it squeezed into a square. */
export type ClipCrop = (typeof clipCrops)[number];

/** What OpenAI's CLIP models were trained with, per channel, as mean and standard deviation; OpenCLIP kept it. */
const mean = [0.48145466, 0.4578275, 0.40821073];
const deviation = [0.26862954, 0.26130258, 0.27577711];

/**
 * Pictures [B, H, W, C] as CLIP's image encoders take them: [B, 3, side, side], bicubic, rounded to 8 bits a channel, normalised.
 * `center` keeps the proportions and cuts the longer side at both ends, `none` squeezes the whole picture into the square.
 */
export function clipPixels(image: Tensor, side: number, crop: ClipCrop): Tensor {
  const [planes, height, width, channels] = image.shape;
  const source: Grid = { data: image.data, planes, height, width, channels };
  const fits = height === side && width === side;
  return normalised(fits ? source : resample(source, sizeFor(source, side, crop), smoothCubicWeights), side);
}

function sizeFor({ width, height }: Size, side: number, crop: ClipCrop): Size {
  if (crop === 'none') return { width: side, height: side };
  const scale = side / Math.min(width, height);
  return { width: roundHalfToEven(width * scale), height: roundHalfToEven(height * scale) };
}

/** The middle square of each plane, its first three channels as planes of their own. */
function normalised({ data, planes, width, height, channels }: Grid, side: number): Tensor {
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  const out = new Float32Array(planes * 3 * side * side);
  let at = 0;
  for (let plane = 0; plane < planes; plane += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      for (let y = 0; y < side; y += 1) {
        let from = ((plane * height + top + y) * width + left) * channels + channel;
        for (let x = 0; x < side; x += 1, from += channels, at += 1) {
          const value = roundHalfToEven(Math.min(Math.max(255 * data[from], 0), 255)) / 255;
          out[at] = (value - mean[channel]) / deviation[channel];
        }
      }
    }
  }
  return tensor(out, [planes, 3, side, side]);
}
