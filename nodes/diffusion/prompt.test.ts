import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkLength, embeddingNames, emptyChunk, parseWeights, tokenizePrompt } from './prompt.ts';
import { clipTokenizer, endToken, startToken } from './tokenizer.ts';

describe('parseWeights', () => {
  it('multiplies by 1.1 for each pair of brackets', () => {
    expect(parseWeights('a (b) c')).toEqual([
      { text: 'a ', weight: 1 },
      { text: 'b', weight: 1.1 },
      { text: ' c', weight: 1 },
    ]);
    expect(parseWeights('((x))')).toEqual([{ text: 'x', weight: 1.1 * 1.1 }]);
  });
  it('takes a number after a colon as the weight itself, whatever is around it', () => {
    expect(parseWeights('((x:0.5))')).toEqual([{ text: 'x', weight: 0.5 }]);
    expect(parseWeights('(x (y) z: 2)')).toEqual([
      { text: 'x ', weight: 2 },
      { text: 'y', weight: 2.2 },
      { text: ' z', weight: 2 },
    ]);
  });
  it('keeps a colon without a number, and a number without words', () => {
    expect(parseWeights('(ratio:wide)')).toEqual([{ text: 'ratio:wide', weight: 1.1 }]);
    expect(parseWeights('(:1.5)')).toEqual([{ text: ':1.5', weight: 1.1 }]);
  });
  it('leaves escaped, square and unclosed brackets alone', () => {
    expect(parseWeights('\\(a\\) [b] (c')).toEqual([
      { text: '(a) [b] ', weight: 1 },
      { text: '(c', weight: 1 },
    ]);
    expect(parseWeights('(a\\))')).toEqual([{ text: 'a)', weight: 1.1 }]);
  });
  it('is not upset by brackets without end', () => {
    const deep = 100_000;
    expect(parseWeights(`${'('.repeat(deep)}a${')'.repeat(deep)}`)).toHaveLength(1);
  });
  it('reads what follows a stray closing bracket as plain text', () => {
    expect(parseWeights('a) (b:2) c')).toEqual([{ text: 'a) (b:2) c', weight: 1 }]);
  });
});

describe('embeddingNames', () => {
  it('finds mentions at the start, after a space or a line break, and inside weights', () => {
    expect(embeddingNames('embedding:one, a embedding:sub/two\nembedding:three.pt (embedding:four:1.2)')).toEqual([
      'one',
      'sub/two',
      'three.pt',
      'four',
    ]);
  });
  it('sees no mention inside a word or without a name', () => {
    expect(embeddingNames('myembedding:one, embedding:, embedding:')).toEqual([]);
  });
});

describe('tokenizePrompt', () => {
  const twoVectors = [Float32Array.of(1), Float32Array.of(2)];

  it('puts the vectors of an embedding in its place, with the weight around it', async () => {
    const [chunk, ...others] = tokenizePrompt('a (embedding:style, b:0.5)', await clipTokenizer(), () => twoVectors, endToken);
    expect(others).toEqual([]);
    expect(chunk.slice(0, 7)).toEqual([
      { id: startToken, weight: 1 },
      { id: 320, weight: 1 },
      { vector: twoVectors[0], weight: 0.5 },
      { vector: twoVectors[1], weight: 0.5 },
      { id: 267, weight: 0.5 },
      { id: 321, weight: 0.5 },
      { id: endToken, weight: 1 },
    ]);
  });

  it('moves a short run to the next chunk as a whole', async () => {
    const tokens = Array.from({ length: 74 }, () => 'a').join(' ');
    const chunks = tokenizePrompt(`${tokens} (b c:2)`, await clipTokenizer(), () => [], 0);
    expect(chunks).toHaveLength(2);
    expect(chunks[0].slice(74)).toEqual([
      { id: 320, weight: 1 },
      { id: endToken, weight: 1 },
      { id: 0, weight: 1 },
    ]);
    expect(chunks[1].slice(0, 4).map((token) => 'id' in token && token.id)).toEqual([startToken, 321, 322, endToken]);
  });

  it('makes whole chunks of any text and loses no token', async () => {
    const tokenize = await clipTokenizer();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (words) => {
        const text = words.replaceAll(/[()\\:<]/g, ' ');
        const chunks = tokenizePrompt(text, tokenize, () => [], 0);
        expect(chunks.every((chunk) => chunk.length === chunkLength)).toBe(true);
        const ids = chunks.flatMap((chunk) => {
          const all = chunk.map((token) => ('id' in token ? token.id : -1));
          return all.slice(1, all.indexOf(endToken));
        });
        expect(ids).toEqual(tokenize(text));
      }),
    );
  });

  it('frames a chunk without words', () => {
    const chunk = emptyChunk(7);
    expect(chunk).toHaveLength(chunkLength);
    expect(chunk.slice(0, 3)).toEqual([
      { id: startToken, weight: 1 },
      { id: endToken, weight: 1 },
      { id: 7, weight: 1 },
    ]);
  });
});
