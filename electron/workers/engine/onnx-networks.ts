import { sizesBehind } from '../../../nodes/diffusion/adm.ts';
import type { PromptToken, UnetCall } from '../../../nodes/diffusion/engine.ts';
import type { OnnxInput, OnnxText, OnnxUnet, OnnxVaeHalf } from '../../../nodes/diffusion/folders/onnx-networks.ts';
import { concatBatch, repeatToBatch, type Tensor, tensor, zeros } from '../../../nodes/diffusion/tensor.ts';
import { ProblemError } from '../../../nodes/problem.ts';
import type { FileRef, ModelRecipe, TextEncoderRecipe, VaeRecipe } from '../../../nodes/types.ts';
import type { Feeds } from '../runtime.ts';
import type { Workshop } from './model-files.ts';
import { onnxSource } from './onnx-file.ts';

/** Loads a U-Net that is an ONNX graph made elsewhere, unless it is loaded, and returns its forward pass. */
export async function loadOnnxUnet({ sessions }: Workshop, model: ModelRecipe, onnx: OnnxUnet, controlled: boolean): Promise<UnetCall> {
  if (controlled) throw fixed(model.file, 'ControlNets');
  const source = { ...onnxSource(model, 'the U-Net'), repeats: true };
  await sessions.load(source);
  return async ({ x, timestep, context, adm }) => {
    const feeds = {
      ...feed(onnx.sample, repeatToBatch(x, context.shape[0])),
      // All items of a batch are at the same noise level.
      ...feed(onnx.timestep, tensor(timestep.slice(0, 1), onnx.timestep.isScalar ? [] : [1])),
      ...feed(onnx.context, context),
      ...(adm === undefined ? {} : admFeeds(onnx, adm)),
    };
    return (await sessions.run(source, feeds, 'Lower the width, the height or the batch size.'))[onnx.output];
  };
}

/** SDXL's vector apart: the pooled prompt, and the sizes whose sinusoids follow it. */
function admFeeds({ pooled, sizes }: OnnxUnet, adm: Tensor): Feeds {
  if (pooled === undefined || sizes === undefined) return {};
  const [batch, width] = adm.shape;
  const pooledWidth = 1280;
  const rows = Array.from({ length: batch }, (_, item) => adm.data.subarray(item * width, (item + 1) * width));
  const ids = rows.flatMap((row) => sizesBehind(row.subarray(pooledWidth)));
  const vectors = Float32Array.from(rows.flatMap((row) => [...row.subarray(0, pooledWidth)]));
  return {
    ...feed(pooled, tensor(vectors, [batch, pooledWidth])),
    ...feed(sizes, tensor(Float32Array.from(ids), [batch, ids.length / batch])),
  };
}

/** Runs a text encoder that is an ONNX graph made elsewhere over chunks of 77 tokens, one after the other. */
export async function encodeChunksByOnnx(
  { sessions }: Workshop,
  encoder: TextEncoderRecipe,
  onnx: OnnxText,
  stopAtLayer: number | undefined,
  chunks: readonly (readonly PromptToken[])[],
): Promise<{ hidden: Tensor; pooled: Tensor }> {
  const output = stateOutput(encoder, onnx, stopAtLayer ?? encoder.config.hidden);
  const source = onnxSource(encoder, 'the text encoder');
  const results = [];
  for (const chunk of chunks) {
    const ids = tensor(
      Float32Array.from(chunk, (token) => idOf(token, encoder.file)),
      [1, chunk.length],
    );
    results.push(await sessions.run(source, feed(onnx.tokens, ids), 'Shorten the prompt, or close other programs.'));
  }
  return {
    hidden: concatBatch(results.map((result) => result[output])),
    pooled: concatBatch(results.map((result) => result[onnx.pooled])),
  };
}

function stateOutput({ file, config }: TextEncoderRecipe, { last, states }: OnnxText, layer: number): string {
  if (config.final_norm && layer === -1) return last;
  const state = config.final_norm ? undefined : states.at(layer);
  if (state !== undefined) return state;
  throw new ProblemError({
    what: `The text encoder of "${file.name}" is an ONNX graph, which does not give out its layer ${layer}.`,
    fix: 'Leave out "CLIP Set Last Layer", or use the model as .safetensors.',
  });
}

function idOf(token: PromptToken, file: FileRef): number {
  if ('id' in token) return token.id;
  throw fixed(file, 'textual inversions');
}

/** Runs one half of a VAE that is an ONNX graph made elsewhere: see DiffusionEngine.decode and encode. */
export async function runOnnxVae(
  { sessions }: Workshop,
  { file }: VaeRecipe,
  half: OnnxVaeHalf | undefined,
  input: Tensor,
): Promise<Tensor> {
  if (half === undefined) {
    throw new ProblemError({ what: `The folder "${file.name}" has no encoder in its VAE.`, fix: 'Load another VAE with "Load VAE".' });
  }
  const source = onnxSource({ file, part: half.part }, 'the VAE');
  const output = (await sessions.run(source, feed(half.input, input), 'Lower the width and the height.'))[half.output];
  const [batch, channels, height, width] = output.shape;
  const isSample = half.part.startsWith('vae_encoder') && channels === 4;
  return isSample ? withoutSpread(output, [batch, 2 * channels, height, width]) : output;
}

/** Latents as moments whose logarithm of the variance says that there is none to speak of. */
function withoutSpread(latents: Tensor, shape: readonly number[]): Tensor {
  const moments = zeros(shape);
  const size = latents.data.length / shape[0];
  for (let item = 0; item < shape[0]; item++) {
    moments.data.set(latents.data.subarray(item * size, (item + 1) * size), 2 * item * size);
    moments.data.fill(-30, (2 * item + 1) * size, (2 * item + 2) * size);
  }
  return moments;
}

/** A value in the number format that the graph takes. */
function feed({ name, type }: OnnxInput, { data, shape }: Tensor): Feeds {
  switch (type) {
    case 'float32':
      return { [name]: { data, shape } };
    case 'float16':
      return { [name]: { data: new Uint16Array(Float16Array.from(data).buffer), shape } };
    case 'int32':
      return { [name]: { data: Int32Array.from(data, Math.round), shape } };
    case 'int64':
      return { [name]: { data: BigInt64Array.from(data, (value) => BigInt(Math.round(value))), shape } };
  }
}

function fixed(file: FileRef, what: string): ProblemError {
  return new ProblemError({
    what: `The model "${file.name}" is made of ONNX graphs, whose weights ${what} cannot change.`,
    fix: 'Leave them out, or use the same model as .safetensors.',
  });
}
