import { describe, expect, it } from 'vitest';
import { fitFactors, previewImage } from './preview.ts';
import { filled, type Tensor, zeros } from './tensor.ts';

const factors = {
  channels: [
    [0.5, -0.25, 0, 0.1],
    [0, 0.3, 0.2, 0],
    [-0.4, 0, 0, 0.6],
  ],
  constant: [0.1, -0.2, 0],
};

/** A decoder that is a sum of channels, repeated over 8 by 8 pixels. */
async function decodeLinearly({ data, shape: [, , height, width] }: Tensor): Promise<Tensor> {
  const image = zeros([1, 3, 8 * height, 8 * width]);
  for (let i = 0; i < image.data.length; i++) {
    const color = Math.floor(i / (64 * height * width));
    const y = Math.floor((i % (64 * height * width)) / (8 * width) / 8);
    const x = Math.floor((i % (8 * width)) / 8);
    const values = factors.channels[color].map((factor, channel) => factor * 0.5 * data[(channel * height + y) * width + x]);
    image.data[i] = values.reduce((sum, value) => sum + value, factors.constant[color]);
  }
  return image;
}

describe('fitFactors', () => {
  it('finds the factors of a decoder that is a sum of channels', async () => {
    const fitted = await fitFactors({ z_channels: 4, scale_factor: 0.5 }, decodeLinearly);
    for (const color of [0, 1, 2]) {
      expect(fitted.constant[color]).toBeCloseTo(factors.constant[color], 5);
      fitted.channels[color].forEach((factor, channel) => {
        expect(factor).toBeCloseTo(factors.channels[color][channel], 5);
      });
    }
  });
});

describe('previewImage', () => {
  it('shows small pictures at their own size and large ones at 256 pixels', () => {
    expect(previewImage(zeros([2, 4, 16, 24]), factors).shape).toEqual([1, 128, 192, 3]);
    expect(previewImage(zeros([1, 4, 128, 64]), factors).shape).toEqual([1, 256, 128, 3]);
  });

  it('stays within 0..1', () => {
    const { data } = previewImage(filled([1, 4, 2, 2], 100), factors);
    expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
