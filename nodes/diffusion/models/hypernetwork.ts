import { type Activation, activate } from '../onnx/activations.ts';
import type { GraphBuilder, Value, WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { Layers } from './layers.ts';

/** One layer; `key` is its path in the file, without `.weight` and `.bias`. */
export type HypernetworkLayer =
  | { readonly kind: 'linear'; readonly key: string; readonly in: number; readonly out: number }
  | { readonly kind: 'norm'; readonly key: string; readonly width: number };

/** The layers that change what the keys and what the values of an attention are computed from, by its width. */
export type HypernetworkLayers = ReadonlyMap<number, Readonly<Record<'keys' | 'values', readonly HypernetworkLayer[]>>>;

export type Hypernetwork = {
  readonly weights: WeightSource;
  readonly layers: HypernetworkLayers;
  readonly activation: Activation;
  /** True where the last linear layer, too, is followed by the activation. */
  readonly activatesOutput: boolean;
  /** 1 is as trained. */
  readonly strength: number;
};

/** What the keys and the values of an attention are computed from. */
export type AttentionSources = { readonly keys: Value; readonly values: Value };

/** Splits the source [B, T, width] of an attention into those of its keys and its values. */
export type SplitSource = (source: Value, width: number) => AttentionSources;

/** Without hypernetworks both are the source itself. */
export const wholeSource: SplitSource = (source) => ({ keys: source, values: source });

/**
 * Hypernetworks in the form of AUTOMATIC1111's web UI: small networks beside attention, one behind another, each of which adds
 * strength times what it makes of the source to the source, by its own layers for keys and for values. Attention of a width that a
 * hypernetwork does not know stays as it is.
 */
export function hypernetworkSources(graph: GraphBuilder, operators: Operators, networks: readonly Hypernetwork[]): SplitSource {
  const steps = networks.map((network) => ({ network, layers: new Layers(graph, operators, network.weights) }));
  return (source, width) => {
    let sources: AttentionSources = { keys: source, values: source };
    for (const { network, layers } of steps) {
      const own = network.layers.get(width);
      if (own === undefined) continue;
      sources = {
        keys: change(layers, network, sources.keys, own.keys),
        values: change(layers, network, sources.values, own.values),
      };
    }
    return sources;
  };
}

function change(layers: Layers, network: Hypernetwork, x: Value, own: readonly HypernetworkLayer[]): Value {
  const last = own.findLastIndex(({ kind }) => kind === 'linear');
  let h = x;
  for (const [at, layer] of own.entries()) {
    if (layer.kind === 'norm') {
      h = layers.layerNorm(h, layer.key, layer.width);
    } else {
      h = layers.linear(h, layer.key, { in: layer.in, out: layer.out, bias: true });
      if (at !== last || network.activatesOutput) h = activate(layers.graph, layers.operators, network.activation, h);
    }
  }
  const strength = layers.enter(layers.graph.floats(network.strength));
  return layers.add(x, layers.graph.node('Mul', [h, strength]));
}
