import { ProblemError } from '../problem.ts';
import type { ClipRecipe, ConditioningEntry, FileRef } from '../types.ts';
import type { DiffusionEngine, PromptToken } from './engine.ts';
import { chunkLength, embeddingNames, emptyChunk, tokenizePrompt } from './prompt.ts';
import { sliceBatch, type Tensor, tensor } from './tensor.ts';
import { clipTokenizer } from './tokenizer.ts';

type Chunk = readonly PromptToken[];

/**
 * What a prompt means to the text encoders of a checkpoint: tokens [1, 77 n, width of all encoders], pooled output [1, width].
 * `prompt` may be one for each encoder, in their order; shorter ones are filled up with empty chunks. `fileOf` finds the files of embeddings. Throws a ProblemError for one that is missing or does not fit.
 */
export async function encodeText(
  engine: DiffusionEngine,
  clip: ClipRecipe,
  prompt: string | readonly string[],
  fileOf: (name: string) => FileRef | undefined,
): Promise<ConditioningEntry> {
  const tokenize = await clipTokenizer();
  const prompts = typeof prompt === 'string' ? clip.encoders.map(() => prompt) : prompt;
  const embeddings = await loadEmbeddings(engine, clip, prompts, fileOf);
  const ownChunks = clip.encoders.map(({ config }, encoder) =>
    tokenizePrompt(prompts[encoder], tokenize, (name) => embeddings.get(name)?.[encoder] ?? [], config.pad_token),
  );
  const chunksPerEncoder = typeof prompt === 'string' ? ownChunks : fillUp(ownChunks, clip);
  // Weights move tokens away from what the encoder makes of an empty prompt, which is encoded along where needed.
  const batches = chunksPerEncoder.map((chunks, encoder) =>
    isWeighted(chunks) ? [...chunks, emptyChunk(clip.encoders[encoder].config.pad_token)] : chunks,
  );
  const encoded = await engine.encodeTokens(clip, batches);
  const parts = encoded.map(({ hidden }, encoder) => applyWeights(hidden, chunksPerEncoder[encoder]));
  const { pooled } = encoded[encoded.length - 1];
  return { tokens: joinWidths(parts), pooledOutput: sliceBatch(pooled, 0, 1) };
}

/** Gives all encoders as many chunks as the one that has most. */
function fillUp(chunksPerEncoder: readonly (readonly Chunk[])[], clip: ClipRecipe): readonly (readonly Chunk[])[] {
  const length = Math.max(...chunksPerEncoder.map((chunks) => chunks.length));
  return chunksPerEncoder.map((chunks, encoder) => [
    ...chunks,
    ...Array.from({ length: length - chunks.length }, () => emptyChunk(clip.encoders[encoder].config.pad_token)),
  ]);
}

async function loadEmbeddings(
  engine: DiffusionEngine,
  clip: ClipRecipe,
  prompts: readonly string[],
  fileOf: (name: string) => FileRef | undefined,
): Promise<ReadonlyMap<string, readonly (readonly Float32Array[])[]>> {
  const names = [...new Set(prompts.flatMap(embeddingNames))];
  const loaded = names.map(async (name) => {
    const file = fileOf(name);
    if (file === undefined) {
      throw new ProblemError({
        input: 'text',
        what: `The prompt mentions the embedding "${name}", but there is no such file in the embeddings folder.`,
        fix: `Put the file there, or take "embedding:${name}" out of the prompt.`,
      });
    }
    return [name, await engine.embedding(clip, file, name)] as const;
  });
  return new Map(await Promise.all(loaded));
}

function isWeighted(chunks: readonly Chunk[]): boolean {
  return chunks.some((chunk) => chunk.some(({ weight }) => weight !== 1));
}

/**
 * Joins chunks [n (+ 1 for the empty prompt), 77, width] to [1, 77 n, width], each token z as z_empty + (z - z_empty) weight.
 * Unweighted tokens stay as they are.
 */
function applyWeights(hidden: Tensor, chunks: readonly Chunk[]): Tensor {
  const width = hidden.shape[2];
  const chunkSize = chunkLength * width;
  const data = hidden.data.slice(0, chunks.length * chunkSize);
  const empty = hidden.data.subarray(chunks.length * chunkSize);
  for (const [index, { weight }] of chunks.flat().entries()) {
    if (weight === 1) continue;
    const from = index * width;
    for (let i = from; i < from + width; i += 1) {
      const base = empty[i % chunkSize];
      data[i] = (data[i] - base) * weight + base;
    }
  }
  return tensor(data, [1, chunks.length * chunkLength, width]);
}

/** Puts the encoders side by side: [1, T, w1], [1, T, w2] to [1, T, w1 + w2]; the shortest T counts. */
function joinWidths(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const length = Math.min(...parts.map(({ shape }) => shape[1]));
  const width = parts.reduce((sum, { shape }) => sum + shape[2], 0);
  const data = new Float32Array(length * width);
  let column = 0;
  for (const part of parts) {
    const own = part.shape[2];
    for (let row = 0; row < length; row += 1) {
      data.set(part.data.subarray(row * own, (row + 1) * own), row * width + column);
    }
    column += own;
  }
  return tensor(data, [1, length, width]);
}
