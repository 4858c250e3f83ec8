import { readFile } from 'node:fs/promises';
import { Tokenizer as BpeTokenizer } from '@huggingface/tokenizers';

export const startToken = 49406;
export const endToken = 49407;

/** Turns text into token ids of CLIP's vocabulary, without start, end or padding. */
export type Tokenizer = (text: string) => number[];

let clip: Promise<Tokenizer> | undefined;

/** CLIP's tokenizer; its 196 KB of merges are read on first use. */
export function clipTokenizer(): Promise<Tokenizer> {
  clip ??= readFile(new URL('../../resources/clip/merges.bin', import.meta.url)).then((merges) => {
    const tokenizer = new BpeTokenizer(clipDescription(merges), {});
    return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  });
  return clip;
}

/**
 * CLIP's tokenizer (Radford et al. 2021, section 2.4: lower-cased byte-pair encoding) as a `tokenizer.json`, made from the
 * merges alone; resources/clip/README.md describes their layout.
 */
function clipDescription(merges: Buffer) {
  const { symbols, pairs } = readVocabulary(merges);
  return {
    added_tokens: [specialToken(startToken, '<|startoftext|>'), specialToken(endToken, '<|endoftext|>')],
    normalizer: sequence('normalizers', [
      { type: 'NFC' },
      { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
      { type: 'Lowercase' },
    ]),
    pre_tokenizer: sequence('pretokenizers', [
      {
        type: 'Split',
        pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
        behavior: 'Removed',
        invert: true,
      },
      { type: 'ByteLevel', add_prefix_space: false },
    ]),
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(symbols.map((symbol, id) => [symbol, id])),
      merges: pairs,
      unk_token: '<|endoftext|>',
      end_of_word_suffix: '</w>',
    },
  };
}

function sequence<const K extends string, const S>(name: K, steps: S) {
  return { type: 'Sequence', [name]: steps };
}

function specialToken(id: number, content: string) {
  return { id, content, special: true, normalized: false, single_word: false, lstrip: false, rstrip: false };
}

/** The symbols by id (letters, letters that end a word, then one for each merge), and the pairs of each merge. */
function readVocabulary(merges: Buffer): { symbols: string[]; pairs: [string, string][] } {
  const letters = byteLetters();
  const symbols = [...letters, ...letters.map((letter) => `${letter}</w>`)];
  const pairs: [string, string][] = [];
  for (let at = 0; at < merges.length; at += 4) {
    const pair: [string, string] = [symbols[merges.readUInt16LE(at)], symbols[merges.readUInt16LE(at + 2)]];
    pairs.push(pair);
    symbols.push(pair[0] + pair[1]);
  }
  return { symbols, pairs };
}

/** GPT-2's alphabet, a letter for each byte: first the bytes that print in Latin-1, as themselves, then the others. */
function byteLetters(): string[] {
  const prints = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const others = bytes.filter((byte) => !prints(byte));
  return [
    ...bytes.filter(prints).map((byte) => String.fromCodePoint(byte)),
    ...others.map((_, index) => String.fromCodePoint(256 + index)),
  ];
}
