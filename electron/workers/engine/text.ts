import type { TextConfig } from '../../../nodes/diffusion/config.ts';
import type { Pause, PromptToken } from '../../../nodes/diffusion/engine.ts';
import { textPositions, tokenEmbeddingKey, writeTextEncoder } from '../../../nodes/diffusion/models/clip-text.ts';
import type { WeightSource } from '../../../nodes/diffusion/onnx/graph.ts';
import type { Operators } from '../../../nodes/diffusion/onnx/operators.ts';
import { type Tensor, tensor } from '../../../nodes/diffusion/tensor.ts';
import { readRows, type TensorFile } from '../../../nodes/diffusion/tensor-file.ts';
import { endToken } from '../../../nodes/diffusion/tokenizer.ts';
import { ProblemError } from '../../../nodes/problem.ts';
import type { TextEncoderRecipe } from '../../../nodes/types.ts';
import { sourceOf, type Workshop } from './model-files.ts';
import { encodeChunksByOnnx } from './onnx-networks.ts';
import { givenSource, openPatched, type Patched, textNetwork } from './patched.ts';

/** Runs one text encoder over chunks of 77 tokens, up to layer `stopAtLayer` or the one that its family uses. */
export async function encodeChunks(
  workshop: Workshop,
  encoder: TextEncoderRecipe,
  stopAtLayer: number | undefined,
  chunks: readonly (readonly PromptToken[])[],
  pause?: Pause,
): Promise<{ hidden: Tensor; pooled: Tensor }> {
  const { file, config, onnx } = encoder;
  const { sessions, files } = workshop;
  if (onnx !== undefined) return encodeChunksByOnnx(workshop, encoder, onnx, stopAtLayer, chunks);
  const layer = stopAtLayer ?? config.hidden;
  if (-layer > config.layers) {
    throw new ProblemError({
      what: `The text encoder of "${file.name}" has ${config.layers} layers, so it cannot stop at layer ${layer}.`,
      fix: `Choose a layer from ${-config.layers} to -1.`,
    });
  }
  const patched = await openPatched(files, textNetwork(encoder));
  const network = {
    name: `text ${config.prefix} ${config.activation} ${layer}`,
    title: 'the text encoder',
    repeats: false,
    write: (weights: WeightSource, operators: Operators) => writeTextEncoder(config, layer, weights, operators),
  };
  const source = await sourceOf(files, encoder, network, givenSource(patched, pause));
  const embeddings = await embedTokens(await files.open(encoder), patched, config, chunks);
  const end = BigInt64Array.from(chunks, (chunk) => BigInt(endPosition(chunk)));
  const { hidden, pooled } = await sessions.run(
    source,
    { embeddings, end: { data: end, shape: [chunks.length, 1] } },
    'Shorten the prompt, or close other programs.',
  );
  return { hidden, pooled };
}

/** The vectors of all tokens [chunks, 77, width]: rows of the file's token embedding, or those of a textual inversion. */
async function embedTokens(
  file: TensorFile,
  patched: Patched,
  config: TextConfig,
  chunks: readonly (readonly PromptToken[])[],
): Promise<Tensor> {
  const tokens = chunks.flat();
  const ids = [...new Set(tokens.flatMap((token) => ('id' in token ? [token.id] : [])))];
  const key = tokenEmbeddingKey(config);
  const rows = patched.keys.has(key) ? rowsOf(await patched.tensor(key), ids, config.width) : await readRows(file, key, ids);
  const rowOf = new Map(ids.map((id, at) => [id, rows[at]]));
  const data = new Float32Array(tokens.length * config.width);
  for (const [at, token] of tokens.entries()) {
    const vector = 'id' in token ? rowOf.get(token.id) : token.vector;
    if (vector !== undefined) data.set(vector, at * config.width);
  }
  return tensor(data, [chunks.length, textPositions, config.width]);
}

function rowsOf(data: Float32Array | Uint16Array, rows: readonly number[], width: number): Float32Array[] {
  const floats = data instanceof Uint16Array ? new Float16Array(data.buffer, data.byteOffset, data.length) : data;
  return rows.map((row) => Float32Array.from(floats.subarray(row * width, (row + 1) * width)));
}

/** The first end token of a chunk: CLIP's pooled output is taken there. */
function endPosition(chunk: readonly PromptToken[]): number {
  const position = chunk.findIndex((token) => 'id' in token && token.id === endToken);
  return position === -1 ? chunk.length - 1 : position;
}
