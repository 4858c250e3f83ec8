import { describe, expect, it } from 'vitest';
import type { ClipRecipe } from '../types.ts';
import { encodeText } from './clip-text.ts';
import type { TextConfig } from './config.ts';
import type { DiffusionEngine, PromptToken } from './engine.ts';
import { filled, tensor } from './tensor.ts';

const encoder = (width: number, pad_token: number): TextConfig => ({
  layout: 'transformers',
  prefix: '',
  width,
  layers: 1,
  heads: 1,
  activation: 'gelu',
  hidden: -1,
  final_norm: true,
  projection: null,
  pad_token,
});
const clipOf = (text: TextConfig[]): ClipRecipe => ({
  recipe: 'clip',
  encoders: text.map((config) => ({ file: { name: 'model', path: '', fingerprint: '' }, config })),
});

/** An engine whose text encoders give for every token its id (or the first value of its vector) plus its place in the chunk / 100. */
const plainEngine: Pick<DiffusionEngine, 'encodeTokens' | 'embedding'> = {
  encodeTokens: async ({ encoders }, chunksPerEncoder) =>
    chunksPerEncoder.map((chunks, index) => {
      const { width } = encoders[index].config;
      const value = (token: PromptToken, at: number) => ('id' in token ? token.id : token.vector[0]) + (at % 77) / 100;
      const values = chunks.flat().flatMap((token, at) => new Array<number>(width).fill(value(token, at)));
      return { hidden: tensor(Float32Array.from(values), [chunks.length, 77, width]), pooled: filled([chunks.length, width], index) };
    }),
  embedding: async ({ encoders }) =>
    encoders.map(({ config: { width } }) => [new Float32Array(width).fill(width), new Float32Array(width).fill(-width)]),
};
const engine = plainEngine as DiffusionEngine;
const file = () => ({ name: 'style', path: '', fingerprint: '' });

describe('encodeText', () => {
  it('moves weighted tokens away from the empty prompt, and leaves the others untouched', async () => {
    const { tokens } = await encodeText(engine, clipOf([encoder(1, 0)]), 'a (cat:1.5)', file);
    const empty = (at: number) => (at === 1 ? 49407 : 0) + at / 100;
    expect(tokens.shape).toEqual([1, 77, 1]);
    expect(tokens.data[1]).toBe(Math.fround(320 + 0.01));
    expect(tokens.data[2]).toBeCloseTo(empty(2) + (2368 + 0.02 - empty(2)) * 1.5, 2);
    expect(tokens.data[5]).toBe(Math.fround(0.05));
  });
  it('puts chunks behind each other', async () => {
    const { tokens } = await encodeText(engine, clipOf([encoder(1, 0)]), new Array(80).fill('cat').join(' '), file);
    expect(tokens.shape).toEqual([1, 154, 1]);
    expect(tokens.data[77]).toBe(49406);
    expect(tokens.data[78]).toBe(Math.fround(2368 + 0.01));
  });
  it('puts encoders side by side, with the pooled output of the last', async () => {
    const { tokens, pooledOutput } = await encodeText(engine, clipOf([encoder(1, 49407), encoder(2, 0)]), 'a', file);
    expect(tokens.shape).toEqual([1, 77, 3]);
    expect(Array.from(tokens.data.slice(9, 12))).toEqual([49407.03, 0.03, 0.03].map(Math.fround));
    expect(pooledOutput).toEqual(filled([1, 2], 1));
  });
  it('takes a text for each encoder, the shorter one filled up', async () => {
    const clip = clipOf([encoder(1, 49407), encoder(2, 0)]);
    const long = new Array(80).fill('cat').join(' ');
    const { tokens } = await encodeText(engine, clip, ['a', long], file);
    expect(tokens.shape).toEqual([1, 154, 3]);
    expect(Array.from(tokens.data.slice(78 * 3, 79 * 3))).toEqual([49407.01, 2368.01, 2368.01].map(Math.fround));
  });
  it('gives each encoder its own vectors of an embedding', async () => {
    const { tokens } = await encodeText(engine, clipOf([encoder(1, 0), encoder(2, 0)]), 'embedding:style', file);
    expect(Array.from(tokens.data.slice(3, 9))).toEqual([1.01, 2.01, 2.01, -1 + 0.02, -2 + 0.02, -2 + 0.02].map(Math.fround));
  });
  it('says which embedding is missing', async () => {
    await expect(encodeText(engine, clipOf([encoder(1, 0)]), 'a embedding:lost', () => undefined)).rejects.toMatchObject({
      name: 'ProblemError',
      problem: { input: 'text', what: expect.stringContaining('"lost"') },
    });
  });
});
