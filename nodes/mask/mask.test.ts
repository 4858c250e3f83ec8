import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runFor } from '../../test/run-node.ts';
import { filled, tensor } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import { imageToMask, invertMask, maskToImage, solidMask, thresholdMask } from './basic.ts';
import { maskComposite } from './composite.ts';
import { feather, featherMask, grow, growMask } from './grow.ts';

const mask = (values: readonly number[], shape: readonly number[]) => tensor(Float32Array.from(values), shape);
const rounded = (values: Float32Array) => Array.from(values, (value) => Math.round(value * 1e5) / 1e5);

describe('GrowMask', () => {
  const spots = mask([0.5, ...new Array(16).fill(0), 1, ...new Array(17).fill(0)], [1, 5, 7]);
  const ramp = mask(
    Array.from({ length: 20 }, (_, index) => ((index * 37) % 101) / 100),
    [1, 4, 5],
  );

  it('grows as a diamond with tapered corners', () => {
    // two steps of torch's maximum over shifted copies
    expect(Array.from(grow(spots, 2, true).data)).toEqual([
      0.5, 0.5, 0.5, 1, 0, 0, 0, 0.5, 0.5, 1, 1, 1, 0, 0, 0.5, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0,
    ]);
  });
  it('grows as a square otherwise', () => {
    // torch's max_pool2d, twice
    expect(Array.from(grow(spots, 2, false).data)).toEqual([
      0.5, 1, 1, 1, 1, 1, 0, 0.5, 1, 1, 1, 1, 1, 0, 0.5, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0,
    ]);
  });
  it('shrinks with a negative number, the edges of the picture left alone', () => {
    expect(rounded(grow(ramp, -1, true).data)).toEqual([
      0, 0, 0.1, 0.1, 0.1, 0, 0.03, 0.2, 0.1, 0.13, 0.03, 0.03, 0.03, 0.13, 0.13, 0.5, 0.03, 0.23, 0.23, 0.13,
    ]);
    expect(rounded(grow(ramp, -1, false).data)).toEqual([
      0, 0, 0.1, 0.1, 0.1, 0, 0, 0.03, 0.1, 0.1, 0.03, 0.03, 0.03, 0.13, 0.13, 0.03, 0.03, 0.03, 0.13, 0.13,
    ]);
  });
  it('covers everything in the end, and is quick about it', async () => {
    expect((await runFor('MASK', growMask, { mask: spots, expand: 16384 })).data.every((value) => value === 1)).toBe(true);
  });
  it('is the same as shrinking the inverse', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        async (bits, by, tapered) => {
          const own = mask(bits.map(Number), [1, 3, 4]);
          const inverse = await runFor('MASK', invertMask, { mask: own });
          expect(await runFor('MASK', invertMask, { mask: grow(inverse, -by, tapered) })).toEqual(grow(own, by, tapered));
        },
      ),
    );
  });
});

describe('FeatherMask', () => {
  it('fades towards each edge', () => {
    const faded = feather(filled([1, 1, 6], 1), { left: 2, top: 0, right: 4, bottom: 0 });
    expect(Array.from(faded.data)).toEqual([0.5, 1, 1, 0.75, 0.5, 0.25]);
  });
  it('fades from top to bottom, for every mask of a batch', async () => {
    const faded = await runFor('MASK', featherMask, { mask: filled([2, 3, 1], 0.5), top: 2, bottom: 1 });
    expect(Array.from(faded.data)).toEqual([0.25, 0.5, 0.5, 0.25, 0.5, 0.5]);
  });
  it('takes no more than the size of the mask', () => {
    expect(Array.from(feather(filled([1, 1, 2], 1), { left: 100, top: 0, right: 0, bottom: 0 }).data)).toEqual([0.5, 1]);
  });
});

describe('MaskComposite', () => {
  const destination = mask([0.8, 0.8, 0.8, 0.2], [1, 1, 4]);
  const source = mask([0.6, 0.4, 0.6], [1, 1, 3]);
  it.each([
    ['multiply', [0.8, 0.8, 0.48, 0.08]],
    ['add', [0.8, 0.8, 1, 0.6]],
    ['subtract', [0.8, 0.8, 0.2, 0]],
    ['and', [0.8, 0.8, 1, 0]],
    ['or', [0.8, 0.8, 1, 0]],
    ['xor', [0.8, 0.8, 0, 0]],
  ])('%s, cut at the edge', async (operation, expected) => {
    const combined = await runFor('MASK', maskComposite, { destination, source, x: 2, operation });
    expect(rounded(combined.data)).toEqual(expected);
  });
  it('repeats the shorter batch and ignores what lies outside', async () => {
    const twice = await runFor('MASK', maskComposite, { destination, source: filled([2, 1, 1], 1), operation: 'add' });
    expect(rounded(twice.data)).toEqual([1, 0.8, 0.8, 0.2, 1, 0.8, 0.8, 0.2]);
    expect(await runFor('MASK', maskComposite, { destination, source, y: 5 })).toEqual(destination);
  });
});

describe('simple masks', () => {
  it('fills, inverts and hardens', async () => {
    expect(await runFor('MASK', solidMask, { value: 0.25, width: 2, height: 1 })).toEqual(mask([0.25, 0.25], [1, 1, 2]));
    expect(await runFor('MASK', invertMask, { mask: mask([0.25, 1], [1, 1, 2]) })).toEqual(mask([0.75, 0], [1, 1, 2]));
    expect(await runFor('MASK', thresholdMask, { mask: mask([0.5, 0.51], [1, 1, 2]) })).toEqual(mask([0, 1], [1, 1, 2]));
  });
  it('turns into grey and back', async () => {
    const own = mask([0.25, 0.75], [1, 1, 2]);
    const image = await runFor('IMAGE', maskToImage, { mask: own });
    expect(image.shape).toEqual([1, 1, 2, 3]);
    expect(await runFor('MASK', imageToMask, { image, channel: 'green' })).toEqual(own);
  });
  it('says so if there is no opacity', async () => {
    await expect(runFor('MASK', imageToMask, { image: filled([1, 1, 1, 3], 0), channel: 'alpha' })).rejects.toThrow(ProblemError);
  });
});
