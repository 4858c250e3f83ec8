import { describe, expect, it } from 'vitest';
import { clipTokenizer } from './tokenizer.ts';

describe('clipTokenizer', () => {
  it('gives the ids that CLIP was trained with', async () => {
    const tokenize = await clipTokenizer();
    expect(tokenize('a photo of a cat')).toEqual([320, 1125, 539, 320, 2368]);
  });

  it('ignores case, width of spaces and composition of accents', async () => {
    const tokenize = await clipTokenizer();
    expect(tokenize(' A  Photo\n')).toEqual(tokenize('a photo'));
    expect(tokenize('cafe\u0301')).toEqual(tokenize('café'));
    expect(tokenize('   ')).toEqual([]);
  });

  it('takes words that are names of JavaScript objects for words', async () => {
    const tokenize = await clipTokenizer();
    expect(tokenize('constructor __proto__').length).toBeGreaterThan(1);
  });
});
