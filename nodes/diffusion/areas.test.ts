import { describe, expect, it } from 'vitest';
import type { ConditioningEntry } from '../types.ts';
import { areaWeights, clipArea, placeEntry, withCounterparts } from './areas.ts';
import { filled, zeros } from './tensor.ts';

const size = { height: 32, width: 24 };
const entry: ConditioningEntry = { tokens: zeros([1, 77, 4]) };

describe('placeEntry', () => {
  it('turns fractions into latent pixels', () => {
    const placed = placeEntry({ ...entry, area: { unit: 'fraction', y: 0.25, x: 0.5, height: 0.5, width: 0.25 } }, size);
    expect(placed.area).toEqual({ y: 8, x: 12, height: 16, width: 6 });
  });

  it('brings masks to the size of the latent', () => {
    const { mask } = placeEntry({ ...entry, mask: filled([1, 256, 192], 0.5) }, size);
    expect(mask?.shape).toEqual([1, 32, 24]);
  });

  it('bounds a mask by its values above 0, at least 8 by 8', () => {
    const mask = zeros([2, 32, 24]);
    mask.data[5 * 24 + 3] = 1;
    mask.data[(32 + 20) * 24 + 7] = 0.1;
    const placed = placeEntry({ ...entry, mask, setAreaToBounds: true }, size);
    expect(placed.area).toEqual({ y: 5, x: 3, height: 16, width: 8 });
    expect(placeEntry({ ...entry, mask: zeros([1, 32, 24]), setAreaToBounds: true }, size).area).toEqual({
      y: 0,
      x: 0,
      height: 8,
      width: 8,
    });
  });
});

describe('clipArea', () => {
  it('is the whole picture where there is no area', () => {
    expect(clipArea(undefined, size)).toEqual({ y: 0, x: 0, ...size });
  });

  it('cuts what sticks out, and finds nothing beyond the picture', () => {
    expect(clipArea({ y: 24, x: 0, height: 16, width: 8 }, size)).toEqual({ y: 24, x: 0, height: 8, width: 8 });
    expect(clipArea({ y: 40, x: 0, height: 16, width: 8 }, size)).toBeUndefined();
  });
});

describe('areaWeights', () => {
  it('fades edges inside the picture and not those at its border', () => {
    const area = { y: 0, x: 4, height: 32, width: 16 };
    const { data } = areaWeights({ entry: { ...entry, strength: 2 }, area }, area, size);
    const row = [...data.subarray(0, 16)];
    expect(row).toEqual([0.5, 1, 1.5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1.5, 1, 0.5]);
    expect([...data.subarray(31 * 16)]).toEqual(row);
  });

  it('takes a mask as it is, times both strengths', () => {
    const mask = filled([2, 32, 24], 0.5);
    mask.data.fill(0.25, 32 * 24);
    const area = { y: 2, x: 4, height: 8, width: 8 };
    const weights = areaWeights({ entry: { ...entry, strength: 2, maskStrength: 3 }, mask, area }, area, size);
    expect(weights.shape).toEqual([2, 8, 8]);
    expect(weights.data[0]).toBe(3);
    expect(weights.data[64]).toBe(1.5);
  });
});

describe('withCounterparts', () => {
  const area = { y: 0, x: 0, height: 8, width: 8 };
  const own = { entry: { tokens: filled([1, 77, 4], 1) } };
  const other = { entry: { tokens: filled([1, 77, 4], 2), strength: 0.5 }, area };

  it('copies an area of the other side with the tokens of its own', () => {
    expect(withCounterparts([own], [other])).toEqual([
      own,
      { entry: { ...other.entry, tokens: own.entry.tokens, pooledOutput: undefined }, area },
    ]);
  });

  it('takes the tightest entry around the area', () => {
    const tight = { entry: { tokens: filled([1, 77, 4], 3) }, area: { y: 0, x: 0, height: 16, width: 16 } };
    expect(withCounterparts([own, tight], [other])[2].entry.tokens).toBe(tight.entry.tokens);
  });

  it('adds nothing where the area is there, or nothing lies around it', () => {
    const same = { ...own, area };
    const elsewhere = { ...own, area: { y: 16, x: 0, height: 8, width: 8 } };
    expect(withCounterparts([same], [other])).toEqual([same]);
    expect(withCounterparts([elsewhere], [other])).toEqual([elsewhere]);
    expect(withCounterparts([own], [own])).toEqual([own]);
  });
});
