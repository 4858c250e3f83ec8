import type { UnetConfig } from '../config.ts';
import { GraphBuilder, type OnnxGraph, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { type Hypernetwork, hypernetworkSources } from './hypernetwork.ts';
import { Layers } from './layers.ts';
import { type TextInput, textFromContext, textInputNames } from './text-attention.ts';
import { contextInput } from './unet-blocks.ts';

/**
 * Writes the part of a U-Net or a ControlNet that sees the text alone: context [batch, tokens, context_dim] to the keys and values of
 * each cross-attention, which a network that is `projected` takes as inputs of the same names. They are the same at every step.
 */
export function writeTextKeys(
  config: UnetConfig,
  inputs: readonly TextInput[],
  weights: WeightSource,
  operators: Operators,
  hypernetworks: readonly Hypernetwork[] = [],
): OnnxGraph {
  const graph = new GraphBuilder('text_keys');
  const layers = new Layers(graph, operators, weights);
  const text = textFromContext(contextInput(graph, config), config.context_dim, hypernetworkSources(graph, operators, hypernetworks));
  for (const { key, width } of inputs) {
    const { keys, values } = text(layers, key, width);
    const names = textInputNames(key);
    graph.output(names.keys, layers.leave(keys), ['batch', 'tokens', width]);
    graph.output(names.values, layers.leave(values), ['batch', 'tokens', width]);
  }
  return graph.build();
}
