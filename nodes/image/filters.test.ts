import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runFor } from '../../test/run-node.ts';
import { filled, tensor } from '../diffusion/tensor.ts';
import { imageBlend, imageInvert } from './blend.ts';
import { gaussianBlur, imageBlur, imageSharpen } from './blur.ts';

/** The values 0, 0.37, 0.74, 0.1, ... with which torch made the expected numbers. */
const steps = (count: number) => Float32Array.from({ length: count }, (_, index) => ((index * 37) % 101) / 100);
const grey = tensor(steps(20), [1, 4, 5, 1]);
const rounded = (values: Float32Array) => Array.from(values, (value) => Math.round(value * 1e5) / 1e5);

describe('gaussianBlur', () => {
  it('is a convolution with a mirrored border', () => {
    // torch.nn.functional.conv2d over a reflect-padded image
    expect(rounded(gaussianBlur(grey, 1, 1).data)).toEqual([
      0.35979, 0.42855, 0.52174, 0.53379, 0.47746, 0.36411, 0.40094, 0.49414, 0.53811, 0.49908, 0.47092, 0.43189, 0.47586, 0.56906, 0.60589,
      0.49254, 0.43621, 0.44826, 0.54145, 0.61021,
    ]);
    expect(rounded(gaussianBlur(grey, 2, 0.5).data)).toEqual([
      0.38419, 0.41542, 0.49846, 0.51707, 0.49331, 0.40705, 0.41993, 0.49424, 0.5382, 0.52517, 0.44483, 0.4318, 0.47576, 0.55007, 0.56295,
      0.47669, 0.45293, 0.47154, 0.55458, 0.58581,
    ]);
  });
  it('leaves plain pictures as they are, however small', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 31 }),
        async (w, h, radius) => {
          const blurred = await runFor('IMAGE', imageBlur, { image: filled([1, h, w, 3], 0.25), blur_radius: radius });
          expect(blurred.shape).toEqual([1, h, w, 3]);
          for (const value of blurred.data) expect(value).toBeCloseTo(0.25, 6);
        },
      ),
    );
  });
});

describe('ImageSharpen', () => {
  it('takes ten times alpha of the blur away', async () => {
    const sharp = await runFor('IMAGE', imageSharpen, { image: grey, sharpen_radius: 1, sigma: 1, alpha: 0.2 });
    expect(rounded(sharp.data)).toEqual([0, 0.25291, 1, 0, 0.45507, 1, 0, 0.72173, 1, 0, 1, 0, 0.24827, 1, 0, 0.51493, 1, 0, 0.71709, 1]);
  });
});

describe('ImageBlend', () => {
  const image1 = tensor(steps(6), [1, 1, 2, 3]);
  const image2 = tensor(
    Float32Array.from({ length: 6 }, (_, index) => ((index * 53) % 97) / 96),
    [1, 1, 2, 3],
  );
  it.each([
    ['normal', [0, 0.49746, 0.28763, 0.48208, 0.27225, 0.76971]],
    ['multiply', [0, 0.25399, 0.27056, 0.07521, 0.20269, 0.68687]],
    ['screen', [0, 0.61347, 0.75706, 0.50687, 0.53956, 0.92283]],
    ['overlay', [0, 0.39698, 0.59212, 0.12042, 0.26438, 0.89367]],
    ['soft_light', [0, 0.38737, 0.63057, 0.14002, 0.36102, 0.86566]],
    ['difference', [0, 0, 0.67437, 0, 0.33875, 0.32229]],
  ])('%s', async (blend_mode, expected) => {
    const blended = await runFor('IMAGE', imageBlend, { image1, image2, blend_factor: 0.7, blend_mode });
    expect(rounded(blended.data)).toEqual(expected);
  });
  it('brings the upper picture to the size and channels of the lower, and repeats the shorter batch', async () => {
    const blended = await runFor('IMAGE', imageBlend, { image1: filled([2, 4, 6, 3], 0.2), image2: filled([1, 9, 3, 4], 0.6) });
    expect(blended.shape).toEqual([2, 4, 6, 3]);
    for (const value of blended.data) expect(value).toBeCloseTo(0.4, 5);
  });
});

describe('ImageInvert', () => {
  it('gives the picture back when done twice', async () => {
    const once = await runFor('IMAGE', imageInvert, { image: grey });
    expect(once.data[1]).toBeCloseTo(0.63, 6);
    expect(rounded((await runFor('IMAGE', imageInvert, { image: once })).data)).toEqual(rounded(grey.data));
  });
});
