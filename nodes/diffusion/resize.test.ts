import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageResizeMethods, latentResizeMethods, resizeImage, resizeLatent, resizeMask } from './resize.ts';
import { filled, tensor } from './tensor.ts';

const side = fc.integer({ min: 1, max: 40 });
const bytes = (shape: readonly [number, number, number, number]) =>
  tensor(
    Float32Array.from({ length: shape[1] * shape[2] * shape[3] }, (_, index) => ((index * 37) % 256) / 255),
    shape,
  );

const farthest = (values: Float32Array, from: number) => values.reduce((most, value) => Math.max(most, Math.abs(value - from)), 0);

describe('resizeImage', () => {
  it.each(imageResizeMethods)('%s keeps plain pictures plain, whatever the sizes', (method) => {
    fc.assert(
      fc.property(side, side, side, side, fc.constantFrom('disabled', 'center'), (w, h, width, height, crop) => {
        const resized = resizeImage(filled([1, h, w, 3], 0.2), { width, height }, method, crop);
        expect(resized.shape).toEqual([1, height, width, 3]);
        expect(farthest(resized.data, 0.2)).toBeLessThan(1e-6);
      }),
    );
  });
  it.each(imageResizeMethods)('%s leaves a picture of the wanted size alone', (method) => {
    const image = bytes([1, 4, 5, 3]);
    expect(resizeImage(image, { width: 5, height: 4 }, method)).toEqual(image);
  });
  it('rounds to 8 bits with Lanczos, exactly as Pillow does', () => {
    const resized = resizeImage(bytes([1, 4, 5, 3]), { width: 7, height: 3 }, 'lanczos');
    expect(Array.from(resized.data, (value) => Math.round(value * 255))).toEqual([
      4, 31, 65, 59, 118, 174, 154, 123, 185, 167, 10, 47, 88, 74, 133, 138, 159, 104, 233, 172, 5, 51, 87, 139, 144, 189, 134, 141, 197,
      104, 15, 68, 105, 99, 161, 221, 151, 120, 170, 120, 3, 54, 109, 167, 213, 199, 113, 89, 204, 67, 43, 92, 125, 162, 185, 232, 104, 135,
      181, 90, 13, 81, 135,
    ]);
  });
  it('weighs colours by their opacity with Lanczos, exactly as Pillow does', () => {
    const resized = resizeImage(bytes([1, 4, 5, 4]), { width: 3, height: 2 }, 'lanczos');
    expect(Array.from(resized.data, (value) => Math.round(value * 255))).toEqual([
      109, 96, 125, 114, 77, 101, 132, 108, 71, 116, 131, 118, 114, 133, 135, 109, 131, 131, 143, 153, 122, 109, 148, 156,
    ]);
  });
  it('treats each picture of a batch alone', () => {
    const one = bytes([1, 4, 5, 3]);
    const two = tensor(Float32Array.of(...one.data, ...one.data.map((value) => 1 - value)), [2, 4, 5, 3]);
    const resized = resizeImage(two, { width: 9, height: 3 }, 'bicubic', 'center');
    expect(resized.data.slice(0, 81)).toEqual(resizeImage(one, { width: 9, height: 3 }, 'bicubic', 'center').data);
    for (let i = 0; i < 81; i += 1) expect(resized.data[i] + resized.data[81 + i]).toBeCloseTo(1, 5);
  });
});

describe('resizeLatent', () => {
  it.each(latentResizeMethods)('%s keeps plain latents plain, whatever the sizes', (method) => {
    fc.assert(
      fc.property(side, side, side, side, fc.float({ min: -4, max: 4, noNaN: true }), (w, h, width, height, value) => {
        const resized = resizeLatent(filled([1, 4, h, w], value), { width, height }, method);
        expect(resized.shape).toEqual([1, 4, height, width]);
        expect(farthest(resized.data, value)).toBeLessThan(1e-5);
      }),
    );
  });
});

describe('resizeMask', () => {
  it('resizes every mask of a batch', () => {
    const masks = tensor(Float32Array.of(0, 1, 1, 0), [2, 1, 2]);
    expect(Array.from(resizeMask(masks, { width: 4, height: 1 }, 'bilinear').data)).toEqual([0, 0.25, 0.75, 1, 1, 0.75, 0.25, 0]);
  });
});
