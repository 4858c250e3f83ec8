import type { TextConfig } from '../config.ts';
import { GraphBuilder, type OnnxGraph, type Value, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { type ClipLayout, clipBlock } from './clip-block.ts';
import { Layers } from './layers.ts';

/** The number of positions that CLIP's text encoders see at once. */
export const textPositions = 77;
/** The number of tokens in CLIP's vocabulary. */
export const vocabularySize = 49408;

/** How a layout names what lies around its blocks, below the config's prefix. */
type Layout = { readonly tokens: string; readonly positions: string; readonly finalNorm: string };

const layouts: Record<ClipLayout, Layout> = {
  transformers: {
    tokens: 'embeddings.token_embedding.weight',
    positions: 'embeddings.position_embedding.weight',
    finalNorm: 'final_layer_norm',
  },
  open_clip: { tokens: 'token_embedding.weight', positions: 'positional_embedding', finalNorm: 'ln_final' },
};

/** The key of the token embedding [49408, width]: its rows are read from the file, the graph takes them as an input. */
export function tokenEmbeddingKey(config: TextConfig): string {
  return config.prefix + layouts[config.layout].tokens;
}

/**
 * Writes a CLIP text encoder (Radford et al. 2021) as an ONNX model.
 * Inputs: embeddings [chunks, 77, width], one vector a token, and end [chunks, 1] int64, the position of each chunk's end token.
 * Outputs: hidden [chunks, 77, width] of layer `stopAtLayer` (-1 = the last), normalised where the config says so, and pooled
 * [chunks, projection or width]: the last layer's state at the end token, normalised and projected.
 */
export function writeTextEncoder(config: TextConfig, stopAtLayer: number, weights: WeightSource, operators: Operators): OnnxGraph {
  const graph = new GraphBuilder('text_encoder');
  const layers = new Layers(graph, operators, weights);
  const { width } = config;
  const layout = layouts[config.layout];
  const embeddings = graph.input('embeddings', 'float32', ['chunks', textPositions, width]);
  const end = graph.input('end', 'int64', ['chunks', 1]);
  const states = [layers.add(embeddings, layers.tensor(config.prefix + layout.positions, [textPositions, width]))];
  for (let index = 0; index < config.layers; index++)
    states.push(clipBlock(layers, states[index], index, { ...config, forward: 4 * width, causal: true }));
  const normal = (x: Value) => layers.layerNorm(x, config.prefix + layout.finalNorm, width);
  const chosen = states[states.length + stopAtLayer];
  graph.output('hidden', config.final_norm ? normal(chosen) : chosen, ['chunks', textPositions, width]);
  const last = graph.node('GatherND', [normal(states[config.layers]), end], { attributes: { batch_dims: 1 } });
  graph.output('pooled', project(layers, last, config), ['chunks', config.projection ?? width]);
  return graph.build();
}

/** OpenCLIP stores its projection as [width, projection], transformers as a linear layer beside the text model. */
function project(layers: Layers, x: Value, config: TextConfig): Value {
  const { width, projection } = config;
  if (projection === null) return x;
  if (config.layout === 'open_clip') {
    return layers.graph.node('MatMul', [x, layers.tensor(`${config.prefix}text_projection`, [width, projection])]);
  }
  const parent = config.prefix.replace(/text_model\.$/, '');
  return layers.linear(x, `${parent}text_projection`, { in: width, out: projection, bias: false });
}
