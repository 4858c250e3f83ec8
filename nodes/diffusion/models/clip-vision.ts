import type { VisionConfig } from '../config.ts';
import { GraphBuilder, type OnnxGraph, type Value, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { type ClipLayout, clipBlock } from './clip-block.ts';
import { Layers } from './layers.ts';

/** How a layout names what lies around its blocks, below the config's prefix. */
export const visionKeys: Record<
  ClipLayout,
  { readonly classToken: string; readonly patches: string; readonly positions: string; readonly norms: readonly [string, string] }
> = {
  transformers: {
    classToken: 'embeddings.class_embedding',
    patches: 'embeddings.patch_embedding',
    positions: 'embeddings.position_embedding.weight',
    // The name has always been written like this.
    norms: ['pre_layrnorm', 'post_layernorm'],
  },
  open_clip: { classToken: 'class_embedding', patches: 'conv1', positions: 'positional_embedding', norms: ['ln_pre', 'ln_post'] },
};

/**
 * Writes the image encoder of a CLIP model (Radford et al. 2021) as an ONNX model.
 * Input: pixels [B, 3, S, S], normalised (see clipPixels). Outputs: last_hidden and penultimate [B, 1 + patches, width], the states
 * after the last block and before it, and embeds [B, projection or width], the normalised and projected state of the class token.
 */
export function writeVisionEncoder(config: VisionConfig, weights: WeightSource, operators: Operators): OnnxGraph {
  const graph = new GraphBuilder('image_encoder');
  const layers = new Layers(graph, operators, weights);
  const { width, image_size: side, prefix } = config;
  const { norms } = visionKeys[config.layout];
  const pixels = layers.enter(graph.input('pixels', 'float32', ['batch', 3, side, side]));
  const states = [layers.layerNorm(embedPatches(layers, pixels, config), prefix + norms[0], width)];
  for (let index = 0; index < config.layers; index++) states.push(clipBlock(layers, states[index], index, { ...config, causal: false }));
  const positions = patchCount(config) + 1;
  graph.output('last_hidden', layers.leave(states[config.layers]), ['batch', positions, width]);
  graph.output('penultimate', layers.leave(states[config.layers - 1]), ['batch', positions, width]);
  const token = graph.node('Slice', [states[config.layers], graph.ints([0]), graph.ints([1]), graph.ints([1])]);
  const first = graph.node('Reshape', [token, graph.ints([-1, width])]);
  const embeds = project(layers, layers.layerNorm(first, prefix + norms[1], width), config);
  graph.output('embeds', layers.leave(embeds), ['batch', config.projection ?? width]);
  return graph.build();
}

function patchCount({ image_size: side, patch }: VisionConfig): number {
  return (side / patch) ** 2;
}

/** The class token and one vector a patch, each with its position: [B, 1 + patches, width]. */
function embedPatches(layers: Layers, pixels: Value, config: VisionConfig): Value {
  const { graph } = layers;
  const { width, patch, prefix } = config;
  const keys = visionKeys[config.layout];
  const sizes = { in: 3, out: width, kernel: patch, stride: patch, pads: [0, 0, 0, 0], bias: false } as const;
  const patches = layers.flatten(layers.conv(pixels, prefix + keys.patches, sizes), width);
  const batch = graph.node('Shape', [pixels], { attributes: { start: 0, end: 1 } });
  const shape = graph.node('Concat', [batch, graph.ints([1, width])], { attributes: { axis: 0 } });
  const token = graph.node('Expand', [layers.tensor(prefix + keys.classToken, [width]), shape]);
  const sequence = graph.node('Concat', [token, patches], { attributes: { axis: 1 } });
  return layers.add(sequence, layers.tensor(prefix + keys.positions, [patchCount(config) + 1, width]));
}

/** OpenCLIP stores its projection as [width, projection], transformers as a linear layer beside the image encoder. */
function project(layers: Layers, x: Value, { layout, prefix, width, projection }: VisionConfig): Value {
  if (projection === null) return x;
  if (layout === 'open_clip') return layers.graph.node('MatMul', [x, layers.tensor(`${prefix}proj`, [width, projection])]);
  return layers.linear(x, `${visionParent(prefix)}visual_projection`, { in: width, out: projection, bias: false });
}

/** What the keys beside a transformers image encoder begin with. */
export function visionParent(prefix: string): string {
  return prefix.replace(/vision_model\.$/, '');
}
