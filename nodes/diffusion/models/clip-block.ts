import type { TextConfig } from '../config.ts';
import type { Value } from '../onnx/graph.ts';
import type { Layers } from './layers.ts';

export type ClipLayout = TextConfig['layout'];

/** How a layout names the parts of a block, below the encoder's prefix. */
type BlockLayout = {
  readonly path: (index: number) => string;
  readonly norms: readonly [string, string];
  readonly output: string;
  readonly forward: readonly [string, string];
  readonly projections: (layers: Layers, x: Value, block: string, width: number) => readonly Value[];
};

const layouts: Record<ClipLayout, BlockLayout> = {
  transformers: {
    path: (index) => `encoder.layers.${index}`,
    norms: ['layer_norm1', 'layer_norm2'],
    output: 'self_attn.out_proj',
    forward: ['mlp.fc1', 'mlp.fc2'],
    projections: (layers, x, block, width) =>
      ['q_proj', 'k_proj', 'v_proj'].map((part) => layers.linear(x, `${block}.self_attn.${part}`, { in: width, out: width, bias: true })),
  },
  open_clip: {
    path: (index) => `transformer.resblocks.${index}`,
    norms: ['ln_1', 'ln_2'],
    output: 'attn.out_proj',
    forward: ['mlp.c_fc', 'mlp.c_proj'],
    projections: (layers, x, block, width) => layers.fusedProjections(x, `${block}.attn.in_proj`, width),
  },
};

type BlockSizes = {
  readonly layout: ClipLayout;
  /** What the keys of the encoder begin with. */
  readonly prefix: string;
  readonly width: number;
  readonly heads: number;
  /** The inner width of the feed-forward layers. */
  readonly forward: number;
  readonly activation: TextConfig['activation'];
  /** True where a position may see only itself and the ones before it. */
  readonly causal: boolean;
};

/** One transformer block of CLIP's text and image encoders, over sequences [B, T, width]. */
export function clipBlock(layers: Layers, x: Value, index: number, sizes: BlockSizes): Value {
  const { width, heads, forward, causal } = sizes;
  const { graph, operators } = layers;
  const layout = layouts[sizes.layout];
  const key = sizes.prefix + layout.path(index);
  const [query, keys, values] = layout.projections(layers, layers.layerNorm(x, `${key}.${layout.norms[0]}`, width), key, width);
  const mixed = operators.attention(graph, query, keys, values, { heads, width, causal });
  const attended = layers.add(x, layers.linear(mixed, `${key}.${layout.output}`, { in: width, out: width, bias: true }));
  const normal = layers.layerNorm(attended, `${key}.${layout.norms[1]}`, width);
  const wide = layers.linear(normal, `${key}.${layout.forward[0]}`, { in: width, out: forward, bias: true });
  const active = sizes.activation === 'gelu' ? operators.gelu(graph, wide) : operators.quickGelu(graph, wide);
  return layers.add(attended, layers.linear(active, `${key}.${layout.forward[1]}`, { in: forward, out: width, bias: true }));
}

/** The key of a weight that every block has: the blocks of a file are counted by it. */
export function clipBlockMark(layout: ClipLayout, prefix: string, index: number): string {
  const { path, norms } = layouts[layout];
  return `${prefix}${path(index)}.${norms[0]}.weight`;
}

/** The key of the first feed-forward weight [forward, width] of the first block. */
export function clipForwardKey(layout: ClipLayout, prefix: string): string {
  const { path, forward } = layouts[layout];
  return `${prefix}${path(0)}.${forward[0]}.weight`;
}
