import type { Value } from '../onnx/graph.ts';
import type { AttentionSources, SplitSource } from './hypernetwork.ts';
import type { Layers } from './layers.ts';
import { keysAndValues, type TextAttention } from './text-attention.ts';

export type TransformerSizes = {
  readonly channels: number;
  /** How often the picture was halved. */
  readonly level: number;
  readonly depth: number;
  readonly heads: number;
  readonly groups: number;
  /** True where `proj_in` and `proj_out` are stored as linear layers rather than as 1x1 convolutions. */
  readonly linearProjections: boolean;
  /** True where the scores of attention exceed what float16 holds. */
  readonly overflows?: boolean;
  readonly text: TextAttention;
  /** True where x holds each picture once for several texts, which are the batch of the text: it is repeated where it first meets them. */
  readonly common: boolean;
  /** What hypernetworks make of what self-attention is computed from. */
  readonly sources: SplitSource;
};

/**
 * The spatial transformer of latent diffusion: `depth` blocks of self-attention, cross-attention over the text
 * and a gated feed-forward network, around which x [B, C, H, W] is added back. Where x is `common`, the result has the text's batch.
 */
export function transformer(layers: Layers, x: Value, key: string, sizes: TransformerSizes): Value {
  const { channels, depth, groups, common } = sizes;
  const normal = layers.groupNorm(x, `${key}.norm`, { groups, channels, epsilon: 1e-6 });
  let h = project(layers, layers.flatten(normal, channels), `${key}.proj_in`, sizes);
  for (let block = 0; block < depth; block++) {
    h = transformerBlock(layers, h, `${key}.transformer_blocks.${block}`, { ...sizes, common: common && block === 0 });
  }
  const around = common ? layers.repeat(x, h, 4) : x;
  return layers.add(around, layers.unflatten(project(layers, h, `${key}.proj_out`, sizes), around));
}

function project(layers: Layers, x: Value, key: string, { channels, linearProjections }: TransformerSizes): Value {
  if (linearProjections) return layers.linear(x, key, { in: channels, out: channels, bias: true });
  return layers.pointwise(x, key, { in: channels, out: channels });
}

function transformerBlock(layers: Layers, x: Value, key: string, sizes: TransformerSizes): Value {
  const { channels } = sizes;
  const own = layers.layerNorm(x, `${key}.norm1`, channels);
  const ownSources = keysAndValues(layers, sizes.sources(own, channels), `${key}.attn1`, { sourceWidth: channels, width: channels });
  const afterSelf = layers.add(x, attention(layers, own, ownSources, `${key}.attn1`, sizes));
  const text = sizes.text(layers, `${key}.attn2`, channels);
  const asked = sizes.common ? layers.repeat(afterSelf, text.keys, 3) : afterSelf;
  const query = layers.layerNorm(asked, `${key}.norm2`, channels);
  const afterCross = layers.add(asked, attention(layers, query, text, `${key}.attn2`, sizes));
  const parts = layers.sequenceParts(`${key}.ff.net.0.proj`, { in: channels, out: 8 * channels, level: sizes.level });
  return layers.inParts(afterCross, parts, (part) =>
    layers.add(part, feedForward(layers, layers.layerNorm(part, `${key}.norm3`, channels), `${key}.ff.net`, channels)),
  );
}

function attention(layers: Layers, x: Value, { keys, values }: AttentionSources, key: string, sizes: TransformerSizes): Value {
  const { channels: width, heads, overflows = false } = sizes;
  const query = layers.linear(x, `${key}.to_q`, { in: width, out: width, bias: false });
  const mixed = layers.operators.attention(layers.graph, query, keys, values, { heads, width, causal: false, overflows });
  return layers.linear(mixed, `${key}.to_out.0`, { in: width, out: width, bias: true });
}

/** GEGLU (Shazeer 2020): the first half of the projection times the exact GELU of the second. */
function feedForward(layers: Layers, x: Value, key: string, channels: number): Value {
  const { graph, operators } = layers;
  const hidden = 4 * channels;
  const wide = layers.linear(x, `${key}.0.proj`, { in: channels, out: 2 * hidden, bias: true });
  const [values, gates] = graph.split('Split', [wide], 2, { attributes: { axis: -1, num_outputs: 2 } });
  const gated = graph.node('Mul', [values, operators.gelu(graph, gates)]);
  return layers.linear(gated, `${key}.2`, { in: hidden, out: channels, bias: true });
}
