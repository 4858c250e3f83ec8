import { GraphBuilder, type OnnxGraph, type Value, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { Layers } from './layers.ts';
import type { RrdbConfig, RrdbNaming } from './upscaler-config.ts';

type Names = {
  readonly first: string;
  /** A convolution (1 to 5, or `1x1`) of a dense block (1 to 3) of a block (from 0). */
  dense(block: number, part: number, conv: number | '1x1'): string;
  /** The convolution behind all blocks. */
  trunk(blocks: number): string;
  /** The convolution after a doubling (from 0). */
  doubling(index: number): string;
  beforeLast(doublings: number): string;
  last(doublings: number): string;
};

/** The keys of each convolution, without `.weight` and `.bias`. */
export const rrdbNames: Readonly<Record<RrdbNaming, Names>> = {
  // Numbers are places in one sequence, in which activations and resizing count too.
  esrgan: {
    first: 'model.0',
    dense: (block, part, conv) => `model.1.sub.${block}.RDB${part}.conv${conv}${conv === '1x1' ? '' : '.0'}`,
    trunk: (blocks) => `model.1.sub.${blocks}`,
    doubling: (index) => `model.${3 + 3 * index}`,
    beforeLast: (doublings) => `model.${2 + 3 * doublings}`,
    last: (doublings) => `model.${4 + 3 * doublings}`,
  },
  bsrgan: {
    first: 'conv_first',
    dense: (block, part, conv) => `RRDB_trunk.${block}.RDB${part}.conv${conv}`,
    trunk: () => 'trunk_conv',
    doubling: (index) => `upconv${index + 1}`,
    beforeLast: () => 'HRconv',
    last: () => 'conv_last',
  },
  'real-esrgan': {
    first: 'conv_first',
    dense: (block, part, conv) => `body.${block}.rdb${part}.conv${conv}`,
    trunk: () => 'conv_body',
    doubling: (index) => `conv_up${index + 1}`,
    beforeLast: () => 'conv_hr',
    last: () => 'conv_last',
  },
};

/**
 * Writes an RRDB network as an ONNX model: image [batch, channels, height, width] in 0..1, sides multiples of `unshuffle`, to
 * enlarged [batch, channels, scale height, scale width] in about 0..1.
 */
export function writeRrdb(config: RrdbConfig, weights: WeightSource, operators: Operators): OnnxGraph {
  const { channels, features, blocks, doublings, prefix } = config;
  const graph = new GraphBuilder('rrdb');
  const layers = new Layers(graph, operators, (key, shape) => weights(prefix + key, shape));
  const names = rrdbNames[config.naming];
  const same = { in: features, out: features, kernel: 3 };
  const image = layers.enter(graph.input('image', 'float32', ['batch', channels, 'height', 'width']));
  const first = firstConv(layers, image, names.first, config);
  let h = first;
  for (let block = 0; block < blocks; block++) h = residualBlock(layers, h, names, block, config);
  h = layers.add(first, layers.conv(h, names.trunk(blocks), same));
  for (let index = 0; index < doublings; index++) {
    h = leakyRelu(graph, layers.conv(layers.enlarge(h, 2), names.doubling(index), same));
  }
  h = leakyRelu(graph, layers.conv(h, names.beforeLast(doublings), same));
  const enlarged = layers.conv(h, names.last(doublings), { in: features, out: channels, kernel: 3 });
  graph.output('enlarged', layers.leave(enlarged), ['batch', channels, 'enlarged_height', 'enlarged_width']);
  return graph.build();
}

/**
 * The first convolution over unshuffled pixels. Both in one: where neighbouring pixels are channels, a kernel of 3 is a kernel of
 * 3 `unshuffle` that moves by `unshuffle` over the picture itself, with the same numbers in another order.
 */
function firstConv(layers: Layers, image: Value, key: string, { channels, features, unshuffle: r }: RrdbConfig): Value {
  if (r === 1) return layers.conv(image, key, { in: channels, out: features, kernel: 3 });
  const { graph } = layers;
  const split = layers.tensor(`${key}.weight`, [features, channels * r * r, 3, 3], [features, channels, r, r, 3, 3]);
  const ordered = graph.node('Transpose', [split], { attributes: { perm: [0, 1, 4, 2, 5, 3] } });
  const weight = graph.node('Reshape', [ordered, graph.ints([features, channels, 3 * r, 3 * r])]);
  const attributes = { kernel_shape: [3 * r, 3 * r], strides: [r, r], pads: [r, r, r, r] };
  return graph.node('Conv', [image, weight, layers.tensor(`${key}.bias`, [features])], { attributes });
}

/** Three dense blocks and a residual. */
function residualBlock(layers: Layers, x: Value, names: Names, block: number, config: RrdbConfig): Value {
  let h = x;
  for (const part of [1, 2, 3]) h = denseBlock(layers, h, (conv) => names.dense(block, part, conv), config);
  return layers.add(x, scaled(layers, h));
}

/** Five convolutions, each of which sees what all before it found; ESRGAN+ adds x to the second and the second to the fourth. */
function denseBlock(layers: Layers, x: Value, key: (conv: number | '1x1') => string, { features, growth, plus }: RrdbConfig): Value {
  const { graph } = layers;
  const found = [x];
  for (const conv of [1, 2, 3, 4]) {
    const sizes = { in: features + (conv - 1) * growth, out: growth, kernel: 3 };
    let h = leakyRelu(graph, layers.conv(joined(graph, found), key(conv), sizes));
    if (plus && conv === 2) h = layers.add(h, layers.conv(x, key('1x1'), { in: features, out: growth, kernel: 1, bias: false }));
    if (plus && conv === 4) h = layers.add(h, found[2]);
    found.push(h);
  }
  const last = layers.conv(joined(graph, found), key(5), { in: features + 4 * growth, out: features, kernel: 3 });
  return layers.add(x, scaled(layers, last));
}

function joined(graph: GraphBuilder, values: readonly Value[]): Value {
  return values.length === 1 ? values[0] : graph.node('Concat', values, { attributes: { axis: 1 } });
}

function scaled({ graph, operators }: Layers, x: Value): Value {
  return graph.node('Mul', [x, graph.floats(0.2, [], operators.precision)]);
}

function leakyRelu(graph: GraphBuilder, x: Value): Value {
  return graph.node('LeakyRelu', [x], { attributes: { alpha: { float: 0.2 } } });
}
