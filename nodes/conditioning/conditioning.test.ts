import { describe, expect, it } from 'vitest';
import { runFor } from '../../test/run-node.ts';
import { filled, tensor, zeros } from '../diffusion/tensor.ts';
import { conditioningAverage, conditioningCombine, conditioningConcat, conditioningZeroOut } from './combine.ts';
import { conditioningSetArea, conditioningSetAreaPercentage, conditioningSetMask, conditioningSetTimestepRange } from './regions.ts';
import { clipTextEncode } from './text.ts';

const entry = (value: number, length = 2) => ({ tokens: filled([1, length, 3], value), pooledOutput: filled([1, 3], value) });

describe('CLIPTextEncode', () => {
  it('names the files that its text mentions', () => {
    expect(clipTextEncode.filesIn({ text: 'a (embedding:mood:1.2), embedding:sub/style' })).toEqual([
      { folder: 'embeddings', name: 'mood', input: 'text' },
      { folder: 'embeddings', name: 'sub/style', input: 'text' },
    ]);
    expect(clipTextEncode.filesIn({ text: { link: ['1', 'STRING'] } })).toEqual([]);
  });
});

describe('combining prompts', () => {
  it('lists both', async () => {
    const combined = await runFor('CONDITIONING', conditioningCombine, {
      conditioning_1: [entry(1)],
      conditioning_2: [entry(2), entry(3)],
    });
    expect(combined).toEqual([entry(1), entry(2), entry(3)]);
  });
  it('joins tokens and keeps the rest of the first', async () => {
    const first = { ...entry(1, 1), strength: 0.5 };
    const [joined] = await runFor('CONDITIONING', conditioningConcat, { conditioning_to: [first], conditioning_from: [entry(2, 2)] });
    expect(joined).toEqual({ ...first, tokens: tensor(Float32Array.of(1, 1, 1, 2, 2, 2, 2, 2, 2), [1, 3, 3]) });
  });
  it('averages, the second filled up with zeros or cut', async () => {
    const inputs = { conditioning_to: [entry(1, 2)], conditioning_from: [entry(5, 1)], conditioning_to_strength: 0.75 };
    const [blended] = await runFor('CONDITIONING', conditioningAverage, inputs);
    expect(blended.tokens).toEqual(tensor(Float32Array.of(2, 2, 2, 0.75, 0.75, 0.75), [1, 2, 3]));
    expect(blended.pooledOutput).toEqual(filled([1, 3], 2));
    const [cut] = await runFor('CONDITIONING', conditioningAverage, { ...inputs, conditioning_from: [entry(5, 9)] });
    expect(cut.tokens).toEqual(filled([1, 2, 3], 2));
  });
  it('refuses prompts of different models in a sentence', async () => {
    const other = { tokens: zeros([1, 2, 4]) };
    const inputs = { conditioning_to: [entry(1)], conditioning_from: [other] };
    await expect(runFor('CONDITIONING', conditioningConcat, inputs)).rejects.toThrow('different kinds of text encoders');
    await expect(runFor('CONDITIONING', conditioningAverage, inputs)).rejects.toThrow('different kinds of text encoders');
  });
  it('blanks tokens and pooled output', async () => {
    expect(await runFor('CONDITIONING', conditioningZeroOut, { conditioning: [entry(4)] })).toEqual([entry(0)]);
    expect(await runFor('CONDITIONING', conditioningZeroOut, { conditioning: [{ tokens: filled([1, 1, 3], 1) }] })).toEqual([
      { tokens: zeros([1, 1, 3]) },
    ]);
  });
});

describe('limiting prompts', () => {
  const conditioning = [entry(1), entry(2)];
  it('to an area in pixels', async () => {
    const inputs = { conditioning, width: 64, height: 128, x: 8, y: 16, strength: 0.7 };
    const area = { unit: 'latent', height: 16, width: 8, y: 2, x: 1 };
    expect(await runFor('CONDITIONING', conditioningSetArea, inputs)).toMatchObject([
      { ...entry(1), area, strength: 0.7 },
      { ...entry(2), area, strength: 0.7 },
    ]);
  });
  it('to an area in shares', async () => {
    const [limited] = await runFor('CONDITIONING', conditioningSetAreaPercentage, { conditioning, width: 0.5, x: 0.25 });
    expect(limited.area).toEqual({ unit: 'fraction', height: 1, width: 0.5, y: 0, x: 0.25 });
  });
  it('to a mask', async () => {
    const mask = filled([1, 4, 4], 1);
    const inputs = { conditioning, mask, strength: 2, set_cond_area: 'mask bounds' };
    expect((await runFor('CONDITIONING', conditioningSetMask, inputs))[1]).toMatchObject({ mask, maskStrength: 2, setAreaToBounds: true });
  });
  it('to a time', async () => {
    const [limited] = await runFor('CONDITIONING', conditioningSetTimestepRange, { conditioning, start: 0.25, end: 0.5 });
    expect(limited).toEqual({ ...entry(1), startPercent: 0.25, endPercent: 0.5 });
  });
});
