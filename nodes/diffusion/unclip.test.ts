import { describe, expect, it } from 'vitest';
import { createGenerator } from './noise.ts';
import { sinusoid } from './sinusoid.ts';
import { tensor } from './tensor.ts';
import { unclipVector } from './unclip.ts';

const width = 16;
const embedding = createGenerator(1n).randn([1, width]);
const statistics = { mean: new Float32Array(width).fill(0.2), std: new Float32Array(width).fill(3) };
const picture = { embeds: embedding, strength: 1, noiseAugmentation: 0 };

describe('unclipVector', () => {
  it('is all zeros without pictures', () => {
    expect(unclipVector([], width, statistics, 1n)).toEqual(new Float32Array(2 * width));
  });

  it('is nearly the embedding itself at no augmentation, with the sinusoid of level 0', () => {
    const vector = unclipVector([picture], width, statistics, 1n);
    // One step of the cosine schedule leaves abar = 0.99995885: a deviation of 0.0064 of the statistics' own.
    for (let i = 0; i < width; i++) expect(Math.abs(vector[i] - embedding.data[i])).toBeLessThan(0.0065 * 3 * 4);
    expect(vector.slice(width)).toEqual(sinusoid(0, width));
  });

  it('is noise around the mean at full augmentation', () => {
    const vector = unclipVector([{ ...picture, noiseAugmentation: 1 }], width, statistics, 7n);
    const noise = createGenerator(7n).randn([1, width]).data;
    for (let i = 0; i < width; i++) expect(vector[i]).toBeCloseTo(noise[i] * 3 + 0.2, 1);
    expect(vector.slice(width)).toEqual(sinusoid(999, width));
  });

  it('follows the abar of the cosine schedule between', () => {
    const flat = { ...picture, embeds: tensor(new Float32Array(width).fill(0.2), [1, width]), noiseAugmentation: 0.5 };
    const vector = unclipVector([flat], width, statistics, 7n);
    const noise = createGenerator(7n).randn([1, width]).data;
    // Level 500 (499.5 to even): abar(501) = cos(pi/2 (0.501 + 0.008) / 1.008)^2 / cos(pi/2 0.008 / 1.008)^2.
    const f = (t: number) => Math.cos((Math.PI / 2) * ((t + 0.008) / 1.008)) ** 2;
    const share = Math.sqrt(1 - f(0.501) / f(0));
    for (let i = 0; i < width; i++) expect(vector[i]).toBeCloseTo(0.2 + noise[i] * share * 3, 5);
  });

  it('weighs a picture with its strength, sinusoid included', () => {
    const [one, half] = [1, 0.5].map((strength) => unclipVector([{ ...picture, strength }], width, statistics, 1n));
    for (let i = 0; i < 2 * width; i++) expect(half[i]).toBeCloseTo(one[i] / 2, 6);
  });

  it('adds several pictures up and notes the level of their common noise', () => {
    const vector = unclipVector([picture, picture], width, statistics, 1n);
    expect(vector.slice(width)).toEqual(sinusoid(50, width));
  });
});
