import type { TextConfig } from '../../../nodes/diffusion/config.ts';
import type { PromptToken } from '../../../nodes/diffusion/engine.ts';
import { textPositions, tokenEmbeddingKey, writeTextEncoder } from '../../../nodes/diffusion/models/clip-text.ts';
import { type Tensor, tensor } from '../../../nodes/diffusion/tensor.ts';
import { readRows, type TensorFile } from '../../../nodes/diffusion/tensor-file.ts';
import { endToken } from '../../../nodes/diffusion/tokenizer.ts';
import { ProblemError } from '../../../nodes/problem.ts';
import type { TextEncoderRecipe } from '../../../nodes/types.ts';
import { sourceOf, type Workshop } from './model-files.ts';

/** Runs one text encoder over chunks of 77 tokens, up to layer `stopAtLayer` or the one that its family uses. */
export async function encodeChunks(
  { sessions, files }: Workshop,
  encoder: TextEncoderRecipe,
  stopAtLayer: number | undefined,
  chunks: readonly (readonly PromptToken[])[],
): Promise<{ hidden: Tensor; pooled: Tensor }> {
  const { file, config } = encoder;
  const layer = stopAtLayer ?? config.hidden;
  if (-layer > config.layers) {
    throw new ProblemError({
      what: `The text encoder of "${file.name}" has ${config.layers} layers, so it cannot stop at layer ${layer}.`,
      fix: `Choose a layer from ${-config.layers} to -1.`,
    });
  }
  const source = await sourceOf(files, encoder, {
    name: `text ${config.prefix} ${layer}`,
    title: 'the text encoder',
    repeats: false,
    write: (weights, operators) => writeTextEncoder(config, layer, weights, operators),
  });
  const embeddings = await embedTokens(await files.open(encoder), config, chunks);
  const end = BigInt64Array.from(chunks, (chunk) => BigInt(endPosition(chunk)));
  const { hidden, pooled } = await sessions.run(
    source,
    { embeddings, end: { data: end, shape: [chunks.length, 1] } },
    'Shorten the prompt, or close other programs.',
  );
  return { hidden, pooled };
}

/** The vectors of all tokens [chunks, 77, width]: rows of the file's token embedding, or those of a textual inversion. */
async function embedTokens(file: TensorFile, config: TextConfig, chunks: readonly (readonly PromptToken[])[]): Promise<Tensor> {
  const tokens = chunks.flat();
  const ids = [...new Set(tokens.flatMap((token) => ('id' in token ? [token.id] : [])))];
  const rows = await readRows(file, tokenEmbeddingKey(config), ids);
  const rowOf = new Map(ids.map((id, at) => [id, rows[at]]));
  const data = new Float32Array(tokens.length * config.width);
  for (const [at, token] of tokens.entries()) {
    const vector = 'id' in token ? rowOf.get(token.id) : token.vector;
    if (vector !== undefined) data.set(vector, at * config.width);
  }
  return tensor(data, [chunks.length, textPositions, config.width]);
}

/** The first end token of a chunk: CLIP's pooled output is taken there. */
function endPosition(chunk: readonly PromptToken[]): number {
  const position = chunk.findIndex((token) => 'id' in token && token.id === endToken);
  return position === -1 ? chunk.length - 1 : position;
}
