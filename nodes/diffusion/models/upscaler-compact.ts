import { GraphBuilder, type OnnxGraph, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { Layers } from './layers.ts';
import type { CompactConfig } from './upscaler-config.ts';

/**
 * Writes a SRVGGNetCompact as an ONNX model: image [batch, channels, height, width] in 0..1 to enlarged [batch, channels,
 * scale height, scale width] in about 0..1: what the convolutions find, added to the picture with its pixels repeated.
 */
export function writeCompact(config: CompactConfig, weights: WeightSource, operators: Operators): OnnxGraph {
  const { channels, features, scale, prefix } = config;
  const graph = new GraphBuilder('compact');
  const layers = new Layers(graph, operators, (key, shape) => weights(prefix + key, shape));
  const image = graph.input('image', 'float32', ['batch', channels, 'height', 'width']);
  let h = layers.enter(image);
  for (let layer = 0; layer <= config.layers; layer++) {
    const sizes = { in: layer === 0 ? channels : features, out: features, kernel: 3 };
    const found = layers.conv(h, `body.${2 * layer}`, sizes);
    h = graph.node('PRelu', [found, layers.tensor(`body.${2 * layer + 1}.weight`, [features], [features, 1, 1])]);
  }
  const last = { in: features, out: channels * scale * scale, kernel: 3 };
  const squares = layers.conv(h, `body.${2 * config.layers + 2}`, last);
  const found = graph.node('DepthToSpace', [squares], { attributes: { blocksize: scale, mode: 'CRD' } });
  const enlarged = layers.add(layers.leave(found), layers.enlarge(image, scale));
  graph.output('enlarged', enlarged, ['batch', channels, 'enlarged_height', 'enlarged_width']);
  return graph.build();
}
