import { readFile } from 'node:fs/promises';

export const startToken = 49406;
export const endToken = 49407;

/** Turns text into token ids of CLIP's vocabulary, without start, end or padding. */
export type Tokenizer = (text: string) => number[];

let clip: Promise<Tokenizer> | undefined;

/** CLIP's tokenizer; its 196 KB of merges are read on first use. */
export function clipTokenizer(): Promise<Tokenizer> {
  clip ??= readMerges().then(makeTokenizer);
  return clip;
}

/** The layout of this file is described in resources/clip/README.md. */
async function readMerges(): Promise<Uint16Array> {
  const bytes = await readFile(new URL('../../resources/clip/merges.bin', import.meta.url));
  return Uint16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16LE(index * 2));
}

const word = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/giu;
const specialTokens = new Map([
  ['<|startoftext|>', startToken],
  ['<|endoftext|>', endToken],
]);

/** Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision", section 2.4: lower-cased byte-pair encoding. */
function makeTokenizer(merges: Uint16Array): Tokenizer {
  const ranks = new Map<number, number>();
  for (let rank = 0; rank * 2 < merges.length; rank += 1) {
    ranks.set(pairKey(merges[rank * 2], merges[rank * 2 + 1]), rank);
  }
  const known = new Map<string, readonly number[]>(Array.from(specialTokens, ([text, id]) => [text, [id]]));
  const encodeWord = (text: string) => {
    const cached = known.get(text);
    if (cached !== undefined) return cached;
    const ids = mergePairs(byteSymbols(text), ranks);
    if (known.size < maxKnownWords) known.set(text, ids);
    return ids;
  };
  return (text) => Array.from(text.normalize('NFC').toLowerCase().matchAll(word), ([match]) => encodeWord(match)).flat();
}

const maxKnownWords = 10_000;
const bytesInAlphabet = 256;
const firstMerged = 2 * bytesInAlphabet;

function pairKey(left: number, right: number): number {
  return left * 65536 + right;
}

/** The place of each byte in GPT-2's alphabet: first those that print in Latin-1, then the others. */
const symbolOfByte = (() => {
  const prints = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  const bytes = Array.from({ length: bytesInAlphabet }, (_, byte) => byte);
  const alphabet = [...bytes.filter(prints), ...bytes.filter((byte) => !prints(byte))];
  const places = new Uint8Array(bytesInAlphabet);
  for (const [place, byte] of alphabet.entries()) places[byte] = place;
  return places;
})();

/** The symbols that merging starts from: one for each UTF-8 byte, the last one marked as the end of the word. */
function byteSymbols(text: string): number[] {
  const symbols = Array.from(new TextEncoder().encode(text), (byte) => symbolOfByte[byte]);
  symbols[symbols.length - 1] += bytesInAlphabet;
  return symbols;
}

/** Joins the pair that ranks best, everywhere it occurs, until no pair has a rank. */
function mergePairs(symbols: number[], ranks: ReadonlyMap<number, number>): number[] {
  let ids = symbols;
  for (;;) {
    let best = Number.POSITIVE_INFINITY;
    for (let at = 0; at + 1 < ids.length; at += 1) {
      best = Math.min(best, ranks.get(pairKey(ids[at], ids[at + 1])) ?? best);
    }
    if (best === Number.POSITIVE_INFINITY) return ids;
    ids = joinRank(ids, best, ranks);
  }
}

function joinRank(ids: readonly number[], rank: number, ranks: ReadonlyMap<number, number>): number[] {
  const joined: number[] = [];
  for (let at = 0; at < ids.length; at += 1) {
    if (at + 1 < ids.length && ranks.get(pairKey(ids[at], ids[at + 1])) === rank) {
      joined.push(firstMerged + rank);
      at += 1;
    } else {
      joined.push(ids[at]);
    }
  }
  return joined;
}
