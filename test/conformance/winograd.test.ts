import { describe, expect, it } from 'vitest';
import { createNetwork } from '../../electron/workers/runtime.ts';
import { GraphBuilder } from '../../nodes/diffusion/onnx/graph.ts';
import { type Tile, winogradConv } from '../../nodes/diffusion/onnx/winograd.ts';
import { elementCount } from '../../nodes/diffusion/tensor.ts';
import { maxRelativeToLargest } from './vectors.ts';

/** Numbers without a pattern that a convolution could hide. */
function wave(shape: readonly number[], seed: number) {
  return { shape, data: Float32Array.from({ length: elementCount(shape) }, (_, at) => Math.sin(1.7 * at * seed + 0.3 * at * at)) };
}

/** The convolution and what ONNX Runtime's own makes of the same. */
async function both(tile: Tile, parts: number, batch: number, height: number, width: number) {
  const sizes = { in: 5, out: 7, tile };
  const graph = new GraphBuilder('both');
  const x = graph.input('x', 'float32', ['batch', sizes.in, 'height', 'width']);
  const kernels = graph.input('kernels', 'float32', [sizes.out, sizes.in, 3, 3]);
  const bias = graph.input('bias', 'float32', [sizes.out]);
  const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  const shape = ['batch', sizes.out, 'height', 'width'];
  graph.output('plain', graph.node('Conv', [x, kernels, bias], { attributes }), shape);
  const rows = parts === 1 ? [kernels] : graph.split('Split', [kernels], parts, { attributes: { axis: 0, num_outputs: parts } });
  graph.output('fast', winogradConv(graph, x, rows, bias, sizes), shape);
  const network = await createNetwork(graph.build(), { provider: 'cpu', keepsBuffers: false });
  const feeds = { x: wave([batch, sizes.in, height, width], 1), kernels: wave([sizes.out, sizes.in, 3, 3], 2), bias: wave([sizes.out], 3) };
  return network.run(feeds).finally(() => network.release());
}

describe('a convolution with fewer multiplications', () => {
  const sides = [1, 2, 3, 4, 5, 7, 8, 10];
  const cases = ([2, 4] as const).flatMap((tile) => sides.map((side, at) => ({ tile, height: side, width: sides[sides.length - 1 - at] })));

  it.each(cases)('in squares of $tile is the same for pictures of $height x $width', async ({ tile, height, width }) => {
    const ways = [1, 3].flatMap((batch) => [1, 2].map((parts) => ({ batch, parts })));
    for (const { batch, parts } of ways) {
      const { plain, fast } = await both(tile, parts, batch, height, width);
      expect(fast.shape).toEqual(plain.shape);
      expect(maxRelativeToLargest(fast, plain)).toBeLessThan(tile === 2 ? 1e-6 : 5e-6);
    }
  });
});
