import type { PromptToken } from './engine.ts';
import { endToken, startToken, type Tokenizer } from './tokenizer.ts';

/** The positions of one chunk: start, 75 tokens, end. */
export const chunkLength = 77;

/** Runs of at least this many tokens may be split between two chunks; shorter ones move to the next chunk as a whole. */
const splittableLength = 8;

/** Brackets inside so many others are plain text. */
const maxDepth = 100;

export type WeightedText = { readonly text: string; readonly weight: number };

/**
 * Splits a prompt at its weights: `(x)` is 1.1 times the weight around it, `(x:1.2)` is exactly 1.2, both nest, and `\(` is a bracket.
 * A bracket that is never closed is plain text. So is, after a stray closing one, everything up to where openings have made up for it.
 */
export function parseWeights(prompt: string): WeightedText[] {
  return weigh(prompt, 1).map(({ text, weight }) => ({ text: text.replaceAll(/\\([()])/g, '$1'), weight }));
}

/** The names of the embeddings that a prompt mentions as `embedding:name`. */
export function embeddingNames(prompt: string): string[] {
  const pieces = parseWeights(prompt).flatMap(({ text }) => splitMentions(text));
  return pieces.flatMap((piece) => (piece.kind === 'embedding' ? [piece.name] : []));
}

/**
 * Turns a prompt into chunks of 77 tokens, start and end included; at least one.
 * `vectorsOf` gives the vectors that stand for a mentioned embedding. Padding is `padToken`: 49407 for CLIP-L, 0 for OpenCLIP.
 */
export function tokenizePrompt(
  prompt: string,
  tokenize: Tokenizer,
  vectorsOf: (name: string) => readonly Float32Array[],
  padToken: number,
): PromptToken[][] {
  const runs = parseWeights(prompt).flatMap(({ text, weight }) =>
    splitMentions(text).map((piece): PromptToken[] =>
      piece.kind === 'embedding'
        ? vectorsOf(piece.name).map((vector) => ({ vector, weight }))
        : tokenize(piece.text).map((id) => ({ id, weight })),
    ),
  );
  return packChunks(runs).map((tokens) => frameChunk(tokens, padToken));
}

/** One chunk without any words. */
export function emptyChunk(padToken: number): PromptToken[] {
  return frameChunk([], padToken);
}

/** Splits around the outermost pairs of brackets, which stay on their pieces. */
function splitBrackets(text: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  const cut = (end: number) => {
    if (end > from) pieces.push(text.slice(from, end));
    from = end;
  };
  for (const { 0: mark, index } of text.matchAll(/\\[()]|[()]/g)) {
    if (mark === '(') {
      if (depth === 0) cut(index);
      depth += 1;
    } else if (mark === ')') {
      depth -= 1;
      if (depth === 0) cut(index + 1);
    }
  }
  cut(text.length);
  return pieces;
}

function weigh(text: string, weight: number, depth = 0): WeightedText[] {
  if (depth === maxDepth) return [{ text, weight }];
  return splitBrackets(text).flatMap((piece) => {
    const bracketed = /^\((.*)(?<!\\)\)$/s.exec(piece);
    if (bracketed === null) return [{ text: piece, weight }];
    const explicit = /^(.+):\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*$/is.exec(bracketed[1]);
    return explicit === null ? weigh(bracketed[1], weight * 1.1, depth + 1) : weigh(explicit[1], Number(explicit[2]), depth + 1);
  });
}

/** Turns a text as it stands into one chunk: nothing in it is a weight or an embedding, and what is too long for it is left out. */
export function tokenizePlain(text: string, tokenize: Tokenizer, padToken: number): PromptToken[] {
  const ids = tokenize(text).slice(0, chunkLength - 2);
  return frameChunk(
    ids.map((id) => ({ id, weight: 1 })),
    padToken,
  );
}

type Mention = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'embedding'; readonly name: string };

/** Splits at `embedding:name` where it begins a text or follows a space; commas after the name are text again. */
function splitMentions(text: string): Mention[] {
  const pieces: Mention[] = [];
  let from = 0;
  for (const match of text.matchAll(/(?<=^|[ \n])embedding:\s*([^\s,]\S*?)(?=,*(?:\s|$))/g)) {
    pieces.push({ kind: 'text', text: text.slice(from, match.index) }, { kind: 'embedding', name: match[1] });
    from = match.index + match[0].length;
  }
  pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

/** Fills chunks of up to 75 tokens. */
function packChunks(runs: readonly (readonly PromptToken[])[]): PromptToken[][] {
  const room = chunkLength - 2;
  const chunks: PromptToken[][] = [[]];
  for (const run of runs) {
    let rest = run;
    while (rest.length > 0) {
      const chunk = chunks[chunks.length - 1];
      const space = room - chunk.length;
      const fits = rest.length <= space;
      const part = fits || run.length >= splittableLength ? rest.slice(0, space) : [];
      chunk.push(...part);
      rest = rest.slice(part.length);
      if (!fits) chunks.push([]);
    }
  }
  return chunks;
}

function frameChunk(tokens: readonly PromptToken[], padToken: number): PromptToken[] {
  const padding = Array.from({ length: chunkLength - 2 - tokens.length }, () => ({ id: padToken, weight: 1 }));
  return [{ id: startToken, weight: 1 }, ...tokens, { id: endToken, weight: 1 }, ...padding];
}
