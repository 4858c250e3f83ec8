import { describe, expect, it } from 'vitest';
import { inverted, maskOf, opaque, withMask } from './pixels.ts';

const red = [255, 0, 0] as const;
const picture = { width: 3, height: 1, rgba: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 0, 7, 8, 9, 100) };

describe('masks', () => {
  it('are what is transparent', () => {
    expect([...maskOf(picture, red)].filter((_, index) => index % 4 === 3)).toEqual([0, 255, 155]);
  });

  it('let the picture below be seen whole', () => {
    expect([...opaque(picture)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255]);
  });

  it('leave the colours of a picture alone', () => {
    const mask = Uint8ClampedArray.of(0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 10);
    expect([...withMask(picture, mask)]).toEqual([1, 2, 3, 0, 4, 5, 6, 255, 7, 8, 9, 245]);
  });

  it('come back as they were put in', () => {
    const mask = maskOf(picture, red);
    expect(maskOf({ ...picture, rgba: withMask(picture, mask) }, red)).toEqual(mask);
    expect(inverted(inverted(mask, red), red)).toEqual(mask);
  });
});
