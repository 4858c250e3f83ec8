import type { GraphBuilder, Value } from '../onnx/graph.ts';
import { type AttentionSources, type SplitSource, wholeSource } from './hypernetwork.ts';
import type { Layers } from './layers.ts';

/** Gives the keys and values [B, tokens, width] of the cross-attention whose layers' keys begin with `key`. */
export type TextAttention = (layers: Layers, key: string, width: number) => AttentionSources;

/** Keys and values of an attention from its source [B, T, sourceWidth]. */
export function keysAndValues(
  layers: Layers,
  { keys, values }: AttentionSources,
  key: string,
  { sourceWidth, width }: { sourceWidth: number; width: number },
): AttentionSources {
  return {
    keys: layers.linear(keys, `${key}.to_k`, { in: sourceWidth, out: width, bias: false }),
    values: layers.linear(values, `${key}.to_v`, { in: sourceWidth, out: width, bias: false }),
  };
}

/** Computes them from the text's context [B, tokens, sourceWidth]. */
export function textFromContext(context: Value, sourceWidth: number, sources: SplitSource = wholeSource): TextAttention {
  return (layers, key, width) => keysAndValues(layers, sources(layers.enter(context), sourceWidth), key, { sourceWidth, width });
}

/** The inputs of a graph that takes the text's keys and values as they are, instead of its context. */
export type TextInput = { readonly key: string; readonly width: number };

/** Takes them as inputs of the graph, which are noted in `inputs`: they stay the same while a picture is sampled. */
export function textFromInputs(graph: GraphBuilder, inputs: TextInput[]): TextAttention {
  return (layers, key, width) => {
    inputs.push({ key, width });
    const input = (name: string) => layers.enter(graph.input(name, 'float32', ['batch', 'tokens', width]));
    const names = textInputNames(key);
    return { keys: input(names.keys), values: input(names.values) };
  };
}

export function textInputNames(key: string): { readonly keys: string; readonly values: string } {
  return { keys: `${key}.keys`, values: `${key}.values` };
}
