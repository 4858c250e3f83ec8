import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng } from './png.ts';

const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 17 }), height: fc.integer({ min: 1, max: 17 }) })
  .chain(({ width, height }) =>
    fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 }).map((bytes) => ({ width, height, bytes })),
  );

describe('encodePng', () => {
  it('keeps every pixel, also colours below full transparency', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async ({ width, height, bytes }) => {
        const file = await encodePng(width, height, Uint8ClampedArray.from(bytes));
        const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
        expect(info).toMatchObject({ width, height, channels: 4 });
        expect(new Uint8Array(data)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });
});
