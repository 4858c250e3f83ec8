import type { VaeConfig } from '../config.ts';
import { GraphBuilder, type OnnxGraph, type Value, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { Layers } from './layers.ts';

/** What the keys of a VAE begin with in a single-file checkpoint; files of a VAE alone have none. */
export const vaePrefix = 'first_stage_model.';

/**
 * Writes the decoder of the KL autoencoder (Rombach et al. 2022) as an ONNX model:
 * z [batch, z_channels, height, width], already divided by the scale factor, to image [batch, 3, 8 height, 8 width] in about -1..1.
 */
export function writeVaeDecoder(config: VaeConfig, prefix: string, weights: WeightSource, operators: Operators): OnnxGraph {
  const graph = new GraphBuilder('vae_decoder');
  const layers = new Layers(graph, operators, weights);
  const z = graph.input('z', 'float32', ['batch', config.z_channels, 'height', 'width']);
  const key = `${prefix}decoder`;
  const deepest = config.channels * (config.channel_mult.at(-1) ?? 1);
  const latent = layers.conv(z, `${prefix}post_quant_conv`, { in: config.z_channels, out: config.z_channels, kernel: 1 });
  let h = layers.conv(latent, `${key}.conv_in`, { in: config.z_channels, out: deepest, kernel: 3 });
  h = middle(layers, h, `${key}.mid`, deepest, config);
  let channels = deepest;
  for (const [level, factor] of [...config.channel_mult.entries()].reverse()) {
    const out = config.channels * factor;
    for (let block = 0; block <= config.num_res_blocks; block++) {
      h = residual(layers, h, `${key}.up.${level}.block.${block}`, block === 0 ? channels : out, out, config);
    }
    channels = out;
    if (level > 0) h = layers.conv(layers.enlarge(h, 2), `${key}.up.${level}.upsample.conv`, { in: channels, out: channels, kernel: 3 });
  }
  const normal = layers.silu(layers.groupNorm(h, `${key}.norm_out`, norm(config, channels)));
  const image = layers.conv(normal, `${key}.conv_out`, { in: channels, out: 3, kernel: 3 });
  graph.output('image', image, ['batch', 3, 'image_height', 'image_width']);
  return graph.build();
}

/**
 * Writes the encoder: image [batch, 3, height, width] in -1..1 to moments [batch, 2 z_channels, height / 8, width / 8],
 * the means first, then the logarithms of the variances.
 */
export function writeVaeEncoder(config: VaeConfig, prefix: string, weights: WeightSource, operators: Operators): OnnxGraph {
  const graph = new GraphBuilder('vae_encoder');
  const layers = new Layers(graph, operators, weights);
  const image = graph.input('image', 'float32', ['batch', 3, 'height', 'width']);
  const key = `${prefix}encoder`;
  let h = layers.conv(image, `${key}.conv_in`, { in: 3, out: config.channels, kernel: 3 });
  let channels = config.channels;
  for (const [level, factor] of config.channel_mult.entries()) {
    const out = config.channels * factor;
    for (let block = 0; block < config.num_res_blocks; block++) {
      h = residual(layers, h, `${key}.down.${level}.block.${block}`, block === 0 ? channels : out, out, config);
    }
    channels = out;
    if (level < config.channel_mult.length - 1) {
      const sizes = { in: channels, out: channels, kernel: 3, stride: 2, pads: [0, 0, 1, 1] } as const;
      h = layers.conv(h, `${key}.down.${level}.downsample.conv`, sizes);
    }
  }
  h = middle(layers, h, `${key}.mid`, channels, config);
  const normal = layers.silu(layers.groupNorm(h, `${key}.norm_out`, norm(config, channels)));
  const doubled = 2 * config.z_channels;
  const raw = layers.conv(normal, `${key}.conv_out`, { in: channels, out: doubled, kernel: 3 });
  const moments = layers.conv(raw, `${prefix}quant_conv`, { in: doubled, out: doubled, kernel: 1 });
  graph.output('moments', moments, ['batch', doubled, 'latent_height', 'latent_width']);
  return graph.build();
}

function norm(config: VaeConfig, channels: number) {
  return { groups: config.norm_groups, channels, epsilon: 1e-6 };
}

function middle(layers: Layers, x: Value, key: string, channels: number, config: VaeConfig): Value {
  const first = residual(layers, x, `${key}.block_1`, channels, channels, config);
  return residual(layers, attention(layers, first, `${key}.attn_1`, channels, config), `${key}.block_2`, channels, channels, config);
}

function residual(layers: Layers, x: Value, key: string, input: number, out: number, config: VaeConfig): Value {
  const first = layers.silu(layers.groupNorm(x, `${key}.norm1`, norm(config, input)));
  const inner = layers.conv(first, `${key}.conv1`, { in: input, out, kernel: 3 });
  const second = layers.silu(layers.groupNorm(inner, `${key}.norm2`, norm(config, out)));
  const h = layers.conv(second, `${key}.conv2`, { in: out, out, kernel: 3 });
  return layers.add(input === out ? x : layers.conv(x, `${key}.nin_shortcut`, { in: input, out, kernel: 1 }), h);
}

/** Self-attention of one head over all positions. */
function attention(layers: Layers, x: Value, key: string, channels: number, config: VaeConfig): Value {
  const h = layers.flatten(layers.groupNorm(x, `${key}.norm`, norm(config, channels)), channels);
  const [query, keys, values] = ['q', 'k', 'v'].map((part) => layers.pointwise(h, `${key}.${part}`, { in: channels, out: channels }));
  const mixed = layers.operators.attention(layers.graph, query, keys, values, { heads: 1, width: channels, causal: false });
  return layers.add(x, layers.unflatten(layers.pointwise(mixed, `${key}.proj_out`, { in: channels, out: channels }), x));
}
