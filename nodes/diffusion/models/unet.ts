import type { UnetConfig } from '../config.ts';
import { GraphBuilder, type OnnxGraph, type Value, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { Layers } from './layers.ts';
import { transformer } from './transformer.ts';

/** What the keys of a U-Net begin with in a single-file checkpoint. */
export const unetPrefix = 'model.diffusion_model.';

const outChannels = 4;

/**
 * Writes the U-Net of latent diffusion (Rombach et al. 2022, `openaimodel.py`'s key layout) as an ONNX model.
 * Inputs: x [batch, in_channels, height, width], timestep [batch], context [batch, tokens, context_dim] and, where the
 * family has it, adm [batch, adm_channels]; output: out [batch, 4, height, width]. All float32, all sizes dynamic.
 */
export function writeUnet(config: UnetConfig, weights: WeightSource, operators: Operators): OnnxGraph {
  const graph = new GraphBuilder('unet');
  const layers = new Layers(graph, operators, weights);
  const x = graph.input('x', 'float32', ['batch', config.in_channels, 'height', 'width']);
  const timestep = graph.input('timestep', 'float32', ['batch']);
  const context = graph.input('context', 'float32', ['batch', 'tokens', config.context_dim]);
  const adm = config.adm_channels === null ? undefined : graph.input('adm', 'float32', ['batch', config.adm_channels]);
  const embedding = layers.silu(embed(layers, config, timestep, adm));
  const out = run(new Blocks(layers, config, embedding, context), layers, config, x);
  graph.output('out', out, ['batch', outChannels, 'height', 'width']);
  return graph.build();
}

/** Down, through the middle, and up again, with a skip from each input block to its mirror image. */
function run(blocks: Blocks, layers: Layers, config: UnetConfig, x: Value): Value {
  const { down, skips } = encode(blocks, layers, config, x);
  const middleChannels = config.model_channels * (config.channel_mult.at(-1) ?? 1);
  const first = blocks.residual(down, 'middle_block.0', middleChannels, middleChannels);
  const attended = config.middle_depth === 0 ? first : blocks.transformer(first, 'middle_block.1', middleChannels, config.middle_depth);
  const last = config.middle_depth === 0 ? 1 : 2;
  const middle = blocks.residual(attended, `middle_block.${last}`, middleChannels, middleChannels);
  return decode(blocks, layers, config, middle, skips);
}

type Skip = { readonly value: Value; readonly channels: number };

function encode(blocks: Blocks, layers: Layers, config: UnetConfig, x: Value): { down: Value; skips: Skip[] } {
  const base = config.model_channels;
  let h = layers.conv(x, `${unetPrefix}input_blocks.0.0`, { in: config.in_channels, out: base, kernel: 3 });
  let channels = base;
  const skips: Skip[] = [{ value: h, channels }];
  for (const [level, factor] of config.channel_mult.entries()) {
    const depth = config.transformer_depth[level] ?? 0;
    for (let block = 0; block < config.num_res_blocks; block++) {
      const key = `input_blocks.${skips.length}`;
      h = blocks.residual(h, `${key}.0`, channels, base * factor);
      channels = base * factor;
      if (depth > 0) h = blocks.transformer(h, `${key}.1`, channels, depth);
      skips.push({ value: h, channels });
    }
    if (level === config.channel_mult.length - 1) continue;
    const sizes = { in: channels, out: channels, kernel: 3, stride: 2 };
    h = layers.conv(h, `${unetPrefix}input_blocks.${skips.length}.0.op`, sizes);
    skips.push({ value: h, channels });
  }
  return { down: h, skips };
}

function decode(blocks: Blocks, layers: Layers, config: UnetConfig, middle: Value, skips: Skip[]): Value {
  const base = config.model_channels;
  let h = middle;
  let channels = base * (config.channel_mult.at(-1) ?? 1);
  let block = 0;
  for (const [level, factor] of [...config.channel_mult.entries()].reverse()) {
    const depth = config.transformer_depth[level] ?? 0;
    for (let part = 0; part <= config.num_res_blocks; part++) {
      const key = `output_blocks.${block}`;
      const skip = popSkip(skips);
      const joined = layers.graph.node('Concat', [h, skip.value], { attributes: { axis: 1 } });
      h = blocks.residual(joined, `${key}.0`, channels + skip.channels, base * factor);
      channels = base * factor;
      if (depth > 0) h = blocks.transformer(h, `${key}.1`, channels, depth);
      const next = skips.at(-1);
      if (part === config.num_res_blocks && next !== undefined) {
        h = blocks.upsample(h, `${key}.${depth > 0 ? 2 : 1}.conv`, channels, next.value);
      }
      block += 1;
    }
  }
  const normal = layers.silu(layers.groupNorm(h, `${unetPrefix}out.0`, { groups: config.norm_groups, channels, epsilon: 1e-5 }));
  return layers.conv(normal, `${unetPrefix}out.2`, { in: channels, out: outChannels, kernel: 3 });
}

function popSkip(skips: Skip[]): Skip {
  const skip = skips.pop();
  if (skip === undefined) throw new Error('the U-Net has more output blocks than input blocks');
  return skip;
}

/** The timestep's (and adm's) embedding [B, 4 model_channels]. */
function embed(layers: Layers, config: UnetConfig, timestep: Value, adm: Value | undefined): Value {
  const base = config.model_channels;
  const width = 4 * base;
  const time = mlp(layers, sinusoid(layers.graph, timestep, base), `${unetPrefix}time_embed`, base, width);
  if (adm === undefined || config.adm_channels === null) return time;
  return layers.add(time, mlp(layers, adm, `${unetPrefix}label_emb.0`, config.adm_channels, width));
}

function mlp(layers: Layers, x: Value, key: string, input: number, width: number): Value {
  const hidden = layers.silu(layers.linear(x, `${key}.0`, { in: input, out: width, bias: true }));
  return layers.linear(hidden, `${key}.2`, { in: width, out: width, bias: true });
}

/** [cos, sin] of the timestep at `dim / 2` frequencies from 1 down to 1 / 10000 (Vaswani et al. 2017). */
function sinusoid(graph: GraphBuilder, timestep: Value, dim: number): Value {
  const half = dim / 2;
  const frequencies = Float32Array.from({ length: half }, (_, index) => Math.exp((-Math.log(10000) * index) / half));
  const column = graph.node('Unsqueeze', [timestep, graph.ints([1])]);
  const angles = graph.node('Mul', [column, graph.floats(frequencies, [half])]);
  return graph.node('Concat', [graph.node('Cos', [angles]), graph.node('Sin', [angles])], { attributes: { axis: 1 } });
}

/** The repeated blocks of one U-Net; they share the timestep's embedding (after SiLU) and the text's context. */
class Blocks {
  readonly #layers: Layers;
  readonly #config: UnetConfig;
  readonly #embedding: Value;
  readonly #context: Value;

  constructor(layers: Layers, config: UnetConfig, embedding: Value, context: Value) {
    this.#layers = layers;
    this.#config = config;
    this.#embedding = embedding;
    this.#context = context;
  }

  residual(x: Value, path: string, input: number, out: number): Value {
    const { graph } = this.#layers;
    const layers = this.#layers;
    const key = unetPrefix + path;
    const norm = (h: Value, name: string, channels: number) =>
      layers.silu(layers.groupNorm(h, `${key}.${name}`, { groups: this.#config.norm_groups, channels, epsilon: 1e-5 }));
    const first = layers.conv(norm(x, 'in_layers.0', input), `${key}.in_layers.2`, { in: input, out, kernel: 3 });
    const width = 4 * this.#config.model_channels;
    const shift = layers.linear(this.#embedding, `${key}.emb_layers.1`, { in: width, out, bias: true });
    const shifted = layers.add(first, graph.node('Reshape', [shift, graph.ints([0, out, 1, 1])]));
    const second = layers.conv(norm(shifted, 'out_layers.0', out), `${key}.out_layers.3`, { in: out, out, kernel: 3 });
    const skip = input === out ? x : layers.conv(x, `${key}.skip_connection`, { in: input, out, kernel: 1 });
    return layers.add(skip, second);
  }

  transformer(x: Value, path: string, channels: number, depth: number): Value {
    const config = this.#config;
    const heads = config.num_heads ?? channels / (config.head_channels ?? channels);
    return transformer(this.#layers, x, this.#context, unetPrefix + path, {
      channels,
      depth,
      heads,
      context: config.context_dim,
      groups: config.norm_groups,
      linearProjections: config.linear_projections,
    });
  }

  /** Nearest-neighbour enlargement to the size of `like` (odd sizes don't double exactly), then a convolution. */
  upsample(x: Value, path: string, channels: number, like: Value): Value {
    const { graph } = this.#layers;
    const own = graph.node('Shape', [x], { attributes: { start: 0, end: 2 } });
    const target = graph.node('Shape', [like], { attributes: { start: 2, end: 4 } });
    const sizes = graph.node('Concat', [own, target], { attributes: { axis: 0 } });
    const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    const large = graph.node('Resize', [x, undefined, undefined, sizes], { attributes });
    return this.#layers.conv(large, unetPrefix + path, { in: channels, out: channels, kernel: 3 });
  }
}
