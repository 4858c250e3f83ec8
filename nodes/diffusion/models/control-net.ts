import type { UnetConfig } from '../config.ts';
import { GraphBuilder, type OnnxGraph, type Value, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { Layers } from './layers.ts';
import { type TextInput, textFromContext, textFromInputs } from './text-attention.ts';
import { contextInput, skipChannels, UnetBlocks, unetInputs } from './unet-blocks.ts';

/** The layers of the hint block: eightfold smaller at the end, whose channels are the U-Net's first. */
const hintLayers = [
  { out: 16, stride: 1 },
  { out: 16, stride: 1 },
  { out: 32, stride: 2 },
  { out: 32, stride: 1 },
  { out: 96, stride: 2 },
  { out: 96, stride: 1 },
  { out: 256, stride: 2 },
] as const;

/** How many residuals a ControlNet of these sizes gives: one for each skip of the U-Net, and one for its middle. */
export function residualCount(config: UnetConfig): number {
  return skipChannels(config).length + 1;
}

/** The name of residual `at` as an output of a ControlNet and as an input of a U-Net. */
export function residualName(at: number): string {
  return `residual.${at}`;
}

/** A U-Net's inputs for residuals. Each has its skip's shape, or [1, 1, 1, 1] where there is nothing to add. */
export function residualInputs(graph: GraphBuilder, count: number): readonly Value[] {
  const dims = (at: number) => ['batch', 'channels', 'height', 'width'].map((axis) => `${axis} of residual ${at}`);
  return Array.from({ length: count }, (_, at) => graph.input(residualName(at), 'float32', dims(at)));
}

/**
 * Writes a ControlNet (Zhang et al. 2023): a copy of a U-Net's encoder and middle, told of a picture by its hint block, whose
 * states leave through 1x1 convolutions. Keys are those of the original layout without a prefix (see `layouts/control-net.ts`).
 * Inputs: those of the U-Net, and hint [pictures, 3, 8 height, 8 width] (RGB, 0..1); outputs: `residual.0`, `residual.1`, ..., one for
 * each skip of the U-Net and the last for its middle. All float32.
 */
export function writeControlNet(config: UnetConfig, weights: WeightSource, operators: Operators): OnnxGraph {
  return drawControlNet(config, weights, operators, false).graph;
}

/** The same; where it is `projected`, it takes `textInputs` (see `textFromInputs`) instead of the context. */
export function drawControlNet(
  config: UnetConfig,
  weights: WeightSource,
  operators: Operators,
  projected: boolean,
): { readonly graph: OnnxGraph; readonly textInputs: readonly TextInput[] } {
  const graph = new GraphBuilder('control_net');
  const textInputs: TextInput[] = [];
  const x = graph.input('x', 'float32', ['pictures', config.in_channels, 'height', 'width']);
  const hint = graph.input('hint', 'float32', ['pictures', 3, 'hint_height', 'hint_width']);
  const layers = new Layers(graph, operators, weights);
  const blocks = new UnetBlocks(layers, config, '', unetInputs(graph, config), {
    text: projected ? textFromInputs(graph, textInputs) : textFromContext(contextInput(graph, config), config.context_dim),
  });
  const skips = blocks.encode(x, hintBlock(layers, hint, config.model_channels));
  for (const [at, { value, channels }] of skips.entries()) {
    const residual = blocks.mix(value, `zero_convs.${at}.0`, channels, channels);
    graph.output(residualName(at), layers.leave(residual), ['batch', channels, `height of ${at}`, `width of ${at}`]);
  }
  const channels = blocks.middleChannels;
  const middle = blocks.middle(skips[skips.length - 1].value);
  const last = blocks.mix(middle, 'middle_block_out.0', channels, channels);
  graph.output(residualName(skips.length), layers.leave(last), ['batch', channels, 'height of the middle', 'width of the middle']);
  return { graph: graph.build(), textInputs };
}

function hintBlock(layers: Layers, hint: Value, channels: number): Value {
  let h = layers.enter(hint);
  let input = 3;
  for (const [at, { out, stride }] of hintLayers.entries()) {
    h = layers.silu(layers.conv(h, `input_hint_block.${2 * at}`, { in: input, out, kernel: 3, stride }));
    input = out;
  }
  return layers.conv(h, `input_hint_block.${2 * hintLayers.length}`, { in: input, out: channels, kernel: 3 });
}
