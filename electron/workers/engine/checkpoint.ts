import type { CheckpointTensor } from '../../../nodes/diffusion/engine.ts';
import { singleFile } from '../../../nodes/diffusion/layouts/single-file.ts';
import { visitVae } from '../../../nodes/diffusion/models/tensors.ts';
import { vaePrefix } from '../../../nodes/diffusion/models/vae.ts';
import { fileWeights, readStored } from '../../../nodes/diffusion/models/weights.ts';
import type { ClipRecipe, ModelRecipe, TextEncoderRecipe, VaeRecipe } from '../../../nodes/types.ts';
import type { ModelFiles, Workshop } from './model-files.ts';
import type { Numbers } from './patch-runner.ts';
import { openPatched, textNetwork, unetNetwork } from './patched.ts';

/** See DiffusionEngine.checkpoint. */
export async function checkpointTensors(
  { files }: Workshop,
  model: ModelRecipe,
  clip: ClipRecipe,
  vae: VaeRecipe,
  textPrefixes: readonly string[],
): Promise<readonly CheckpointTensor[]> {
  const text = clip.encoders.map((encoder, index) => textTensors(files, encoder, textPrefixes[index]));
  return (await Promise.all([unetTensors(files, model), ...text, vaeTensors(files, vae)])).flat();
}

async function unetTensors(files: ModelFiles, model: ModelRecipe): Promise<readonly CheckpointTensor[]> {
  const network = unetNetwork(model);
  const patched = await openPatched(files, network);
  return [...network.shapes].map(([key, shape]) => ({ key, shape, read: async () => halves(await patched.tensor(key)) }));
}

async function textTensors(files: ModelFiles, encoder: TextEncoderRecipe, prefix: string): Promise<readonly CheckpointTensor[]> {
  const network = textNetwork(encoder);
  const patched = await openPatched(files, network);
  return [...network.shapes].map(([key, shape]) => ({
    key: moved(key, encoder.config.prefix, prefix),
    shape,
    read: async () => halves(await patched.tensor(key)),
  }));
}

async function vaeTensors(files: ModelFiles, vae: VaeRecipe): Promise<readonly CheckpointTensor[]> {
  const weights = fileWeights(singleFile(await files.open(vae)));
  const shapes = new Map<string, readonly number[]>();
  visitVae(vae.config.vae, vaePrefix, (key, shape) => shapes.set(key, shape));
  return [...shapes].map(([key, shape]) => ({ key, shape, read: async () => halves(await readStored(weights(key, shape))) }));
}

/** A key below another prefix. The transformers library keeps the projection beside the text model, not in it. */
function moved(key: string, from: string, to: string): string {
  if (key.startsWith(from)) return to + key.slice(from.length);
  const beside = (prefix: string) => prefix.replace(/text_model\.$/, '');
  return beside(to) + key.slice(beside(from).length);
}

function halves(numbers: Numbers): Uint16Array {
  return numbers instanceof Uint16Array ? numbers : new Uint16Array(Float16Array.from(numbers).buffer);
}
