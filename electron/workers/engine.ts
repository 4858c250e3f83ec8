import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TextConfig } from '../../nodes/diffusion/config.ts';
import { vaeKeyPrefix } from '../../nodes/diffusion/detect.ts';
import { readEmbedding } from '../../nodes/diffusion/embedding.ts';
import type { DiffusionEngine, PromptToken, UnetCall } from '../../nodes/diffusion/engine.ts';
import { textPositions, tokenEmbeddingKey, writeTextEncoder } from '../../nodes/diffusion/models/clip-text.ts';
import { writeUnet } from '../../nodes/diffusion/models/unet.ts';
import { writeVaeDecoder, writeVaeEncoder } from '../../nodes/diffusion/models/vae.ts';
import { fileWeights } from '../../nodes/diffusion/models/weights.ts';
import type { OnnxGraph, WeightSource } from '../../nodes/diffusion/onnx/graph.ts';
import type { Operators } from '../../nodes/diffusion/onnx/operators.ts';
import { openSafetensors, readRows, type SafetensorsFile } from '../../nodes/diffusion/safetensors.ts';
import { type Tensor, tensor } from '../../nodes/diffusion/tensor.ts';
import { endToken } from '../../nodes/diffusion/tokenizer.ts';
import { ProblemError } from '../../nodes/problem.ts';
import type { ClipRecipe, FileRef, ModelRecipe, VaeRecipe } from '../../nodes/types.ts';
import { type SessionSource, Sessions } from './sessions.ts';

export type EngineSettings = {
  /** How much memory the weights of loaded networks may take together; what is used longest ago is dropped first. */
  readonly budgetBytes: number;
  /** The execution provider to try first: `cpu` or `webgpu`. Where it does not work, the CPU takes over and `report` hears why. */
  readonly provider: string;
  /** Hears in a sentence what a person may want to know; by default it is written to stderr. */
  readonly report?: (news: string) => void;
};

/**
 * The engine of a worker process: makes ONNX Runtime sessions out of recipes when they are first used.
 * Loading and running block the thread. Its promises reject with a ProblemError for a file that cannot be read or is damaged, for
 * memory that runs out, and for values that were made for another family of models.
 */
export function createEngine({ budgetBytes, provider, report = console.error }: EngineSettings): DiffusionEngine {
  const sessions = new Sessions({ budgetBytes, provider, report });
  const files = new Files();
  return {
    encodeTokens: (clip, chunksPerEncoder) =>
      Promise.all(clip.config.text.map((_, index) => encodeChunks(sessions, files, clip, index, chunksPerEncoder[index]))),
    embedding: async (clip, file) => readEmbedding(await files.open(file), clip.config.text),
    unet: (model) => loadUnet(sessions, files, model),
    decode: (vae, z) => runVae(sessions, files, vae, 'decoder', z),
    encode: (vae, image) => runVae(sessions, files, vae, 'encoder', image),
  };
}

/** The headers of the files in use, read once for each content. */
class Files {
  readonly #open = new Map<string, Promise<SafetensorsFile>>();

  open(file: FileRef): Promise<SafetensorsFile> {
    const key = `${file.fingerprint} ${file.path}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    // ONNX Runtime refuses links that lead out of a folder, so the file's real place is used.
    const opened = realpath(file.path).then(openSafetensors, () => openSafetensors(file.path));
    this.#open.set(key, opened);
    opened.catch(() => this.#open.delete(key));
    return opened;
  }
}

type Part = {
  readonly name: string;
  readonly title: string;
  readonly repeats: boolean;
  readonly write: (weights: WeightSource, operators: Operators) => OnnxGraph;
};

async function sourceOf(files: Files, file: FileRef, part: Part): Promise<SessionSource> {
  const opened = await files.open(file);
  return {
    key: `${part.name} ${file.fingerprint} ${opened.path}`,
    title: `${part.title} of "${file.name}"`,
    folder: dirname(opened.path),
    repeats: part.repeats,
    graph: (operators) => part.write(fileWeights(opened), operators),
  };
}

async function loadUnet(sessions: Sessions, files: Files, { file, config }: ModelRecipe): Promise<UnetCall> {
  const write: Part['write'] = (weights, operators) => writeUnet(config.unet, weights, operators);
  const source = await sourceOf(files, file, { name: 'unet', title: 'the U-Net', repeats: true, write });
  await sessions.load(source);
  return async ({ x, timestep, context, adm }) => {
    const width = context.shape[2];
    if (width !== config.unet.context_dim) {
      throw new ProblemError({
        what: `The prompt was encoded ${width} wide, but the model "${file.name}" reads prompts ${config.unet.context_dim} wide.`,
        fix: 'Encode the prompt with the text encoder (CLIP) of the same checkpoint.',
      });
    }
    const feeds = { x, timestep: tensor(timestep, [timestep.length]), context };
    const { out } = await sessions.run(
      source,
      adm === undefined ? feeds : { ...feeds, adm },
      'Lower the width, the height or the batch size.',
    );
    return out;
  };
}

async function runVae(sessions: Sessions, files: Files, recipe: VaeRecipe, part: 'decoder' | 'encoder', input: Tensor): Promise<Tensor> {
  const { vae } = recipe.config;
  const prefix = vaeKeyPrefix(await files.open(recipe.file));
  const [name, write] = part === 'decoder' ? (['z', writeVaeDecoder] as const) : (['image', writeVaeEncoder] as const);
  const source = await sourceOf(files, recipe.file, {
    name: `vae ${part}`,
    title: `the VAE ${part}`,
    repeats: false,
    write: (weights, operators) => write(vae, prefix, weights, operators),
  });
  const fix = `Lower the width and the height, or use "VAE ${part === 'decoder' ? 'Decode' : 'Encode'} (Tiled)".`;
  const outputs = await sessions.run(source, { [name]: input }, fix);
  return part === 'decoder' ? outputs.image : outputs.moments;
}

async function encodeChunks(
  sessions: Sessions,
  files: Files,
  { file, config: { text }, stopAtLayer }: ClipRecipe,
  index: number,
  chunks: readonly (readonly PromptToken[])[],
): Promise<{ hidden: Tensor; pooled: Tensor }> {
  const config = text[index];
  const layer = stopAtLayer ?? config.hidden;
  if (-layer > config.layers) {
    throw new ProblemError({
      what: `The text encoder of "${file.name}" has ${config.layers} layers, so it cannot stop at layer ${layer}.`,
      fix: `Choose a layer from ${-config.layers} to -1.`,
    });
  }
  const source = await sourceOf(files, file, {
    name: `text ${index} ${layer}`,
    title: 'the text encoder',
    repeats: false,
    write: (weights, operators) => writeTextEncoder(config, layer, weights, operators),
  });
  const embeddings = await embedTokens(await files.open(file), config, chunks);
  const end = BigInt64Array.from(chunks, (chunk) => BigInt(endPosition(chunk)));
  const { hidden, pooled } = await sessions.run(
    source,
    { embeddings, end: { data: end, shape: [chunks.length, 1] } },
    'Shorten the prompt, or close other programs.',
  );
  return { hidden, pooled };
}

/** The vectors of all tokens [chunks, 77, width]: rows of the file's token embedding, or those of a textual inversion. */
async function embedTokens(file: SafetensorsFile, config: TextConfig, chunks: readonly (readonly PromptToken[])[]): Promise<Tensor> {
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
