import { describe, expect, it } from 'vitest';
import { linearConfig } from '../../test/linear-model.ts';
import { admVector } from './adm.ts';
import { tensor } from './tensor.ts';

const size = { height: 64, width: 96 };

function configOf(family: 'sdxl' | 'sdxl_refiner', channels: number) {
  return { family, unet: { ...linearConfig.unet, adm_channels: channels } };
}

/** The number behind a sinusoid: its slowest but one pair turns by value * 10000 ** (-1 / 128). */
function valueAt(vector: Float32Array, index: number): number {
  const cosine = vector[index * 256 + 127];
  const sine = vector[index * 256 + 255];
  return Math.atan2(sine, cosine) / 10000 ** (-127 / 128);
}

describe('admVector', () => {
  it('is absent for families without it', () => {
    expect(admVector(linearConfig, {}, size, 'positive')).toBeUndefined();
  });

  it('holds the pooled prompt, the size, no crop and the size as the target', () => {
    const vector =
      admVector(configOf('sdxl', 3 + 6 * 256), { pooledOutput: tensor(Float32Array.of(1, 2, 3, 4), [1, 4]) }, size, 'positive') ??
      new Float32Array();
    expect([...vector.subarray(0, 3)]).toEqual([1, 2, 3]);
    const sizes = [0, 1, 2, 3, 4, 5].map((index) => Math.round(valueAt(vector.subarray(3), index)));
    expect(sizes).toEqual([64, 96, 0, 0, 64, 96]);
  });

  it('says what the prompt says of size, crop and target instead', () => {
    const pictureSize = { width: 900, height: 800, cropLeft: 7, cropTop: 5, target: { width: 500, height: 400 } };
    const vector = admVector(configOf('sdxl', 6 * 256), { pictureSize }, size, 'positive') ?? new Float32Array();
    expect([0, 1, 2, 3, 4, 5].map((index) => Math.round(valueAt(vector, index)))).toEqual([800, 900, 5, 7, 400, 500]);
  });

  it('ends on an aesthetic score for the refiner, which differs by side', () => {
    const score = (side: 'positive' | 'negative') => {
      const vector = admVector(configOf('sdxl_refiner', 5 * 256), {}, size, side) ?? new Float32Array();
      return valueAt(vector, 4);
    };
    expect(score('positive')).toBeCloseTo(6, 1);
    expect(score('negative')).toBeCloseTo(2.5, 1);
  });
});
