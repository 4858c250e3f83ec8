import type { CheckpointConfig, TextConfig, UnetConfig, VaeConfig, VisionConfig } from '../config.ts';
import type { WeightSource } from '../onnx/graph.ts';
import { cpuOperators } from '../onnx/operators.ts';
import { tokenEmbeddingKey, vocabularySize, writeTextEncoder } from './clip-text.ts';
import { writeVisionEncoder } from './clip-vision.ts';
import { drawControlNet, writeControlNet } from './control-net.ts';
import type { TextInput } from './text-attention.ts';
import { drawUnet, type UnetVariant, writeUnet } from './unet.ts';
import { writeVaeDecoder, writeVaeEncoder } from './vae.ts';

/** Called for each tensor that a model needs; a throw ends the walk. A tensor that is used twice may be reported twice. */
export type TensorVisitor = (key: string, shape: readonly number[]) => void;

// The graph writers are the one place that knows which tensors a network has: here they run against weights that only take notes.

export function visitUnet(config: UnetConfig, visit: TensorVisitor): void {
  writeUnet(config, noteTaking(visit), cpuOperators);
}

export function visitControlNet(config: UnetConfig, visit: TensorVisitor): void {
  writeControlNet(config, noteTaking(visit), cpuOperators);
}

/** What a U-Net of these sizes takes of the text where it is `projected`: all of it, or what its last block alone needs. */
export function unetTextInputs(config: UnetConfig, deep?: UnetVariant['deep']): readonly TextInput[] {
  return drawUnet(
    config,
    noteTaking(() => {}),
    cpuOperators,
    { controlled: false, projected: true, deep },
  ).textInputs;
}

/** What a ControlNet of these sizes takes of the text where it is `projected`. */
export function controlTextInputs(config: UnetConfig): readonly TextInput[] {
  return drawControlNet(
    config,
    noteTaking(() => {}),
    cpuOperators,
    true,
  ).textInputs;
}

export function visitVae(config: VaeConfig, prefix: string, visit: TensorVisitor): void {
  writeVaeEncoder(config, prefix, noteTaking(visit), cpuOperators);
  writeVaeDecoder(config, prefix, noteTaking(visit), cpuOperators);
}

export function visitTextEncoder(config: TextConfig, visit: TensorVisitor): void {
  visit(tokenEmbeddingKey(config), [vocabularySize, config.width]);
  writeTextEncoder(config, -1, noteTaking(visit), cpuOperators);
}

export function visitVisionEncoder(config: VisionConfig, visit: TensorVisitor): void {
  writeVisionEncoder(config, noteTaking(visit), cpuOperators);
}

/** All tensors of a checkpoint by key, with their shapes as linear layers or convolutions. */
export function checkpointTensors(config: CheckpointConfig, vaePrefix: string): ReadonlyMap<string, readonly number[]> {
  const tensors = new Map<string, readonly number[]>();
  const note: TensorVisitor = (key, shape) => tensors.set(key, shape);
  visitUnet(config.unet, note);
  visitVae(config.vae, vaePrefix, note);
  for (const text of config.text) visitTextEncoder(text, note);
  return tensors;
}

function noteTaking(visit: TensorVisitor): WeightSource {
  let offset = 0;
  return (key, shape) => {
    visit(key, shape);
    offset += 1;
    return { type: 'float32', shape, location: key, offset, length: 0 };
  };
}
