import { describe, expect, it } from 'vitest';
import { linearConfig } from '../../test/linear-model.ts';
import { concatInput } from './concat-input.ts';
import { filled, tensor } from './tensor.ts';

const configOf = (in_channels: number) => ({
  unet: { ...linearConfig.unet, in_channels },
  vae: { ...linearConfig.vae, scale_factor: 0.5 },
});
const tokens = filled([1, 77, 8], 0);
const start = filled([2, 4, 2, 2], 7);
const mask = tensor(Float32Array.of(0, 0.4, 0.6, 1), [1, 2, 2]);

/** What each channel of the first item holds, where it holds one value. */
function channels(input: ReturnType<typeof concatInput>): readonly (number | string)[] {
  if (input === undefined) return [];
  return Array.from({ length: input.shape[1] }, (_, channel) => {
    const values = [...input.data.subarray(channel * 4, channel * 4 + 4)];
    return new Set(values).size === 1 ? values[0] : values.join();
  });
}

describe('concatInput', () => {
  it('is nothing for plain models', () => {
    expect(concatInput(configOf(4), { tokens, concatLatent: start }, { start })).toBeUndefined();
  });

  it('gives inpainting models the rounded mask, then the picture in the scale of the model, for each item', () => {
    const entry = { tokens, concatMask: mask, concatLatent: filled([1, 4, 2, 2], 3) };
    const input = concatInput(configOf(9), entry, { start, noiseMask: filled([1, 2, 2], 1) });
    expect(input?.shape).toEqual([2, 5, 2, 2]);
    expect(channels(input)).toEqual(['0,0,1,1', 1.5, 1.5, 1.5, 1.5]);
    expect(input?.data.subarray(20)).toEqual(input?.data.subarray(0, 20));
  });

  it('falls back to the mask and picture of the latent', () => {
    expect(channels(concatInput(configOf(9), { tokens }, { start, noiseMask: mask }))).toEqual(['0,0,1,1', 7, 7, 7, 7]);
  });

  it('tells an inpainting model without a mask that all is to be drawn, over grey', () => {
    const grey = [0.8223, -0.6876, 0.6364, 0.138].map(Math.fround);
    expect(channels(concatInput(configOf(9), { tokens }, { start }))).toEqual([1, ...grey]);
  });

  it('gives editing models the unscaled picture, or nothing', () => {
    const entry = { tokens, concatLatent: filled([1, 4, 2, 2], 3) };
    expect(channels(concatInput(configOf(8), entry, { start }))).toEqual([3, 3, 3, 3]);
    expect(channels(concatInput(configOf(8), { tokens }, { start }))).toEqual([0, 0, 0, 0]);
  });
});
