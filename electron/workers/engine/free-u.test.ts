import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedUnet } from '../../../test/fixtures/changed-unet.ts';
import type { Exact, Hooks } from '../../../test/fixtures/exact-network.ts';
import { smallSd1, smallSdxl } from '../../../test/fixtures/random-network.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-free-u-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('FreeU', () => {
  const scales = { b1: 1.3, b2: 1.4, s1: 0.7, s2: 0.2 };

  /** Scales of the frequencies -1 and 0 of each axis by a discrete Fourier transform, taking the real part of its inverse. */
  function filtered(x: Exact, scale: number): Exact {
    const [channels, height, width] = x.shape;
    const [rows, columns] = [height, width].map((side) => (side === 1 ? [0] : [0, side - 1]));
    const data = Float64Array.from(x.data);
    for (let channel = 0; channel < channels; channel++) {
      for (const u of rows) {
        for (const v of columns) {
          let [real, imaginary] = [0, 0];
          const angle = (y: number, column: number) => 2 * Math.PI * ((u * y) / height + (v * column) / width);
          const visit = (f: (at: number, turn: number) => void) => {
            for (let i = 0; i < height * width; i++) f(channel * height * width + i, angle(Math.floor(i / width), i % width));
          };
          visit((at, turn) => {
            real += x.data[at] * Math.cos(turn);
            imaginary -= x.data[at] * Math.sin(turn);
          });
          visit((at, turn) => {
            data[at] += ((scale - 1) * (real * Math.cos(turn) - imaginary * Math.sin(turn))) / (height * width);
          });
        }
      }
    }
    return { data, shape: x.shape };
  }

  function hooks(version: 1 | 2): Hooks {
    return {
      joined(h, skip) {
        const [channels, height, width] = h.shape;
        const level = new Map([
          [32, { b: scales.b1, s: scales.s1 }],
          [16, { b: scales.b2, s: scales.s2 }],
        ]).get(channels);
        if (level === undefined) return [h, skip];
        const size = height * width;
        const means = Array.from({ length: size }, (_, at) => {
          let sum = 0;
          for (let channel = 0; channel < channels; channel++) sum += h.data[channel * size + at];
          return sum / channels;
        });
        const [least, most] = [Math.min(...means), Math.max(...means)];
        const strength = (at: number) => (version === 1 ? 1 : most === least ? 0 : (means[at] - least) / (most - least));
        const data = h.data.map((value, i) => (i < (channels / 2) * size ? value * (1 + (level.b - 1) * strength(i % size)) : value));
        return [{ data, shape: h.shape }, filtered(skip, level.s)];
      },
    };
  }

  it.each([
    ['version 1, SD1, at an odd size', 1, smallSd1, [12, 9]],
    ['version 2, SD1, down to a single pixel', 2, smallSd1, [8, 8]],
    ['version 2, SDXL', 2, smallSdxl, [8, 12]],
  ] as const)('does in the graph what a Fourier transform does: %s', async (_, version, unet, size) => {
    const { error, effect } = await changedUnet(folder, unet, size, { recipe: { freeU: { version, ...scales } }, hooks: hooks(version) });
    expect(error).toBeLessThan(5e-5);
    expect(effect).toBeGreaterThan(0.01);
  });
});
