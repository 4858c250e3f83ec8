import type { UnetConfig } from '../config.ts';
import type { GraphBuilder, Value } from '../onnx/graph.ts';
import type { Tile } from '../onnx/winograd.ts';
import { type SplitSource, wholeSource } from './hypernetwork.ts';
import type { Layers } from './layers.ts';
import type { TextAttention } from './text-attention.ts';
import { transformer } from './transformer.ts';

/** What a U-Net's blocks are conditioned on. */
export type UnetInputs = {
  /** [batch], or [1] for all. */
  readonly timestep: Value;
  /** [batch, adm_channels], where the family has it. */
  readonly adm: Value | undefined;
  /** [1, guidance_width]: the sinusoid of the scale of guidance, for models that are told it. */
  readonly guidance: Value | undefined;
};

/** Adds the conditioning inputs of a network of these sizes to its graph. */
export function unetInputs(graph: GraphBuilder, config: UnetConfig): UnetInputs {
  const { adm_channels: adm, guidance_width: guidance } = config;
  return {
    timestep: graph.input('timestep', 'float32', ['timesteps']),
    adm: adm === null ? undefined : graph.input('adm', 'float32', ['batch', adm]),
    guidance: guidance === undefined ? undefined : graph.input('guidance', 'float32', [1, guidance]),
  };
}

/** Adds the text's context [batch, tokens, context_dim]. */
export function contextInput(graph: GraphBuilder, config: UnetConfig): Value {
  return graph.input('context', 'float32', ['batch', 'tokens', config.context_dim]);
}

/** Further down, pictures are small beside the weights, and bringing these into a larger basis takes longer than it saves. */
function tileOf(level: number): Tile {
  return level < 3 ? 4 : 2;
}

/** What attends to what in a U-Net. */
type Attention = {
  readonly text: TextAttention;
  /** What hypernetworks do to self-attention. */
  readonly sources?: SplitSource;
};

/** What an input block hands on to its mirror image. */
export type Skip = { readonly value: Value; readonly channels: number };

/** The channels of the skips of `encode`, in its order. */
export function skipChannels(config: UnetConfig): readonly number[] {
  const base = config.model_channels;
  return config.channel_mult.flatMap((factor, level) => {
    const blocks = Array.from({ length: config.num_res_blocks }, () => base * factor);
    return level === 0 ? [base, ...blocks] : [base * config.channel_mult[level - 1], ...blocks];
  });
}

/** The blocks of one U-Net, or of a network of its build; they share the timestep's embedding and the text. */
export class UnetBlocks {
  readonly layers: Layers;
  readonly config: UnetConfig;
  readonly #prefix: string;
  /** After SiLU. */
  readonly #embedding: Value;
  /** As in UnetInputs: the only thing beside cross-attention by which one text differs from another. */
  readonly #adm: Value | undefined;
  readonly #attention: Attention;

  /** `prefix` is what the keys of the network begin with. */
  constructor(layers: Layers, config: UnetConfig, prefix: string, inputs: UnetInputs, attention: Attention) {
    this.layers = layers;
    this.config = config;
    this.#prefix = prefix;
    this.#attention = attention;
    this.#adm = inputs.adm;
    this.#embedding = layers.silu(this.#embed(inputs));
  }

  /** The first convolution, which is the first skip as well. */
  entry(x: Value): Skip {
    const { in_channels, model_channels } = this.config;
    return { value: this.conv(this.layers.enter(x), 'input_blocks.0.0', in_channels, model_channels, 0), channels: model_channels };
  }

  /**
   * The way down; `entry` is added to what the first convolution makes of the input x. The last skip is where the middle begins.
   * Where x holds each picture once for several texts, what comes before these are seen is computed once, and the skips are repeated.
   */
  encode(x: Value, entry?: Value): Skip[] {
    const { config, layers } = this;
    const base = config.model_channels;
    const first = this.entry(x).value;
    let h = entry === undefined ? first : layers.add(first, entry);
    let channels = base;
    if (this.#adm !== undefined) h = layers.repeat(h, this.#adm, 4);
    const skips: Skip[] = [{ value: h, channels }];
    let seenFrom = this.#adm === undefined ? Number.POSITIVE_INFINITY : 0;
    for (const [level, factor] of config.channel_mult.entries()) {
      const depth = config.transformer_depth[level] ?? 0;
      for (let block = 0; block < config.num_res_blocks; block++) {
        const path = `input_blocks.${skips.length}`;
        h = this.residual(h, `${path}.0`, channels, base * factor, level);
        channels = base * factor;
        if (depth > 0) h = this.transformer(h, `${path}.1`, channels, depth, level, skips.length < seenFrom);
        if (depth > 0) seenFrom = Math.min(seenFrom, skips.length);
        skips.push({ value: h, channels });
      }
      if (level === config.channel_mult.length - 1) continue;
      const sizes = { in: channels, out: channels, kernel: 3, stride: 2 };
      h = layers.conv(h, `${this.#prefix}input_blocks.${skips.length}.0.op`, sizes);
      skips.push({ value: h, channels });
    }
    return skips.map(({ value, channels }, at) => ({ value: at < seenFrom ? layers.repeat(value, h, 4) : value, channels }));
  }

  middle(x: Value): Value {
    const { middle_depth: depth, middle_residuals: residuals = 2 } = this.config;
    const channels = this.middleChannels;
    const level = this.config.channel_mult.length - 1;
    if (residuals === 0) return x;
    const first = this.residual(x, 'middle_block.0', channels, channels, level);
    const attended = depth === 0 ? first : this.transformer(first, 'middle_block.1', channels, depth, level);
    if (residuals === 1) return attended;
    return this.residual(attended, `middle_block.${depth === 0 ? 1 : 2}`, channels, channels, level);
  }

  get middleChannels(): number {
    return this.config.model_channels * (this.config.channel_mult.at(-1) ?? 1);
  }

  /** A convolution that keeps the size, by kernels of 3. `level` is how often the picture was halved. */
  conv(x: Value, path: string, input: number, out: number, level: number): Value {
    return this.layers.conv(x, this.#prefix + path, { in: input, out, kernel: 3, tile: tileOf(level) });
  }

  /** A convolution by kernels of 1. */
  mix(x: Value, path: string, input: number, out: number): Value {
    return this.layers.conv(x, this.#prefix + path, { in: input, out, kernel: 1 });
  }

  /** Group normalisation, then SiLU. */
  norm(x: Value, path: string, channels: number): Value {
    const { layers, config } = this;
    return layers.silu(layers.groupNorm(x, this.#prefix + path, { groups: config.norm_groups, channels, epsilon: 1e-5 }));
  }

  /** Two convolutions, to which the noise level is told, beside what comes in; `level` as in `conv`. */
  residual(x: Value, path: string, input: number, out: number, level: number): Value {
    const { layers } = this;
    const { graph } = layers;
    const first = this.conv(this.norm(x, `${path}.in_layers.0`, input), `${path}.in_layers.2`, input, out, level);
    const width = 4 * this.config.model_channels;
    const shift = layers.linear(this.#embedding, `${this.#prefix}${path}.emb_layers.1`, { in: width, out, bias: true });
    const shifted = layers.add(first, graph.node('Reshape', [shift, graph.ints([0, out, 1, 1])]));
    const second = this.conv(this.norm(shifted, `${path}.out_layers.0`, out), `${path}.out_layers.3`, out, out, level);
    const skip = input === out ? x : this.mix(x, `${path}.skip_connection`, input, out);
    return layers.add(skip, second);
  }

  /** Cross-attention to the text among it; for `common` see TransformerSizes. */
  transformer(x: Value, path: string, channels: number, depth: number, level: number, common = false): Value {
    const { config } = this;
    const heads = config.num_heads ?? channels / (config.head_channels ?? channels);
    return transformer(this.layers, x, this.#prefix + path, {
      channels,
      level,
      depth,
      heads,
      groups: config.norm_groups,
      linearProjections: config.linear_projections,
      // SD2 was trained with attention in float32, and its scores leave the range of float16.
      overflows: config.context_dim === 1024,
      text: this.#attention.text,
      common,
      sources: this.#attention.sources ?? wholeSource,
    });
  }

  /** Nearest-neighbour enlargement to the size of `like` (odd sizes don't double exactly), which is at `level`, then a convolution. */
  upsample(x: Value, path: string, channels: number, like: Value, level: number): Value {
    const { graph } = this.layers;
    const own = graph.node('Shape', [x], { attributes: { start: 0, end: 2 } });
    const target = graph.node('Shape', [like], { attributes: { start: 2, end: 4 } });
    const sizes = graph.node('Concat', [own, target], { attributes: { axis: 0 } });
    const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    const large = graph.node('Resize', [x, undefined, undefined, sizes], { attributes });
    return this.conv(large, path, channels, channels, level);
  }

  /** The timestep's (and adm's) embedding [B, 4 model_channels]. */
  #embed({ timestep, adm, guidance }: UnetInputs): Value {
    const { layers } = this;
    const { model_channels: base, adm_channels: admChannels } = this.config;
    const time = this.#mlp(this.#guided(layers.enter(sinusoid(layers.graph, timestep, base)), guidance), 'time_embed', base);
    if (adm === undefined || admChannels === null) return time;
    return layers.add(time, this.#mlp(layers.enter(adm), 'label_emb.0', admChannels));
  }

  /** Adds what the network is told of guidance (Meng et al. 2023) to the timestep's sinusoid. */
  #guided(time: Value, guidance: Value | undefined): Value {
    const { layers } = this;
    const { model_channels: base, guidance_width: width } = this.config;
    if (guidance === undefined || width === undefined) return time;
    return layers.add(
      time,
      layers.linear(layers.enter(guidance), `${this.#prefix}time_embed.cond_proj`, { in: width, out: base, bias: false }),
    );
  }

  #mlp(x: Value, path: string, input: number): Value {
    const { layers } = this;
    const width = 4 * this.config.model_channels;
    const hidden = layers.silu(layers.linear(x, `${this.#prefix}${path}.0`, { in: input, out: width, bias: true }));
    return layers.linear(hidden, `${this.#prefix}${path}.2`, { in: width, out: width, bias: true });
  }
}

/** [cos, sin] of the timestep at `dim / 2` frequencies from 1 down to 1 / 10000 (Vaswani et al. 2017). */
function sinusoid(graph: GraphBuilder, timestep: Value, dim: number): Value {
  const half = dim / 2;
  const frequencies = Float32Array.from({ length: half }, (_, index) => Math.exp((-Math.log(10000) * index) / half));
  const column = graph.node('Unsqueeze', [timestep, graph.ints([1])]);
  const angles = graph.node('Mul', [column, graph.floats(frequencies, [half])]);
  return graph.node('Concat', [graph.node('Cos', [angles]), graph.node('Sin', [angles])], { attributes: { axis: 1 } });
}
