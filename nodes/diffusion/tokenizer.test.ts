import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipTokenizer } from './tokenizer.ts';

/** The same vocabulary in a general tokenizer library, set up like CLIP's tokenizer.json. */
function referenceTokenizer(): Tokenizer {
  const bytes = readFileSync(new URL('../../resources/clip/merges.bin', import.meta.url));
  const prints = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  const letters = [
    ...all.filter(prints).map((byte) => String.fromCodePoint(byte)),
    ...all.filter((byte) => !prints(byte)).map((_, index) => String.fromCodePoint(256 + index)),
  ];
  const symbols = [...letters, ...letters.map((letter) => `${letter}</w>`)];
  const merges: [string, string][] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const pair: [string, string] = [symbols[bytes.readUInt16LE(at)], symbols[bytes.readUInt16LE(at + 2)]];
    merges.push(pair);
    symbols.push(pair.join(''));
  }
  const special = (id: number, content: string) => ({
    id,
    content,
    special: true,
    normalized: false,
    single_word: false,
    lstrip: false,
    rstrip: false,
  });
  return new Tokenizer(
    {
      added_tokens: [special(49406, '<|startoftext|>'), special(49407, '<|endoftext|>')],
      normalizer: {
        type: 'Sequence',
        normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }, { type: 'Lowercase' }],
      },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          {
            type: 'Split',
            pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
            behavior: 'Removed',
            invert: true,
          },
          { type: 'ByteLevel', add_prefix_space: false },
        ],
      },
      post_processor: null,
      decoder: null,
      model: {
        type: 'BPE',
        vocab: Object.fromEntries(symbols.map((symbol, id) => [symbol, id])),
        merges,
        unk_token: '<|endoftext|>',
        end_of_word_suffix: '</w>',
      },
    },
    {},
  );
}

describe('clipTokenizer', () => {
  it('agrees with a general tokenizer library on any text', async () => {
    const tokenize = await clipTokenizer();
    const reference = referenceTokenizer();
    const words = fc.constantFrom(
      'a',
      'Sunset',
      'ocean',
      "don't",
      'CAFÉ',
      'naïve',
      '日本語',
      '🙂',
      '3.14',
      '<|endoftext|>',
      '  ',
      '\n',
      '—!?',
      'supercalifragilistic',
    );
    const text = fc.oneof(
      fc.array(words).map((parts) => parts.join(' ')),
      fc.string({ unit: 'grapheme' }),
      fc.lorem(),
    );
    fc.assert(
      fc.property(text, (sample) => {
        expect(tokenize(sample)).toEqual(reference.encode(sample, { add_special_tokens: false }).ids);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the ids that CLIP was trained with', async () => {
    const tokenize = await clipTokenizer();
    expect(tokenize('a photo of a cat')).toEqual([320, 1125, 539, 320, 2368]);
    expect(tokenize('   ')).toEqual([]);
  });
});
