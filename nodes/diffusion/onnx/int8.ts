import type { GraphBuilder, Int8Tensor, Value } from './graph.ts';

/** The weights of a network that are there in 8 bits, by key. */
export type Int8Source = (key: string) => Int8Tensor | undefined;

/** x [..., in] times an 8-bit weight [out, in], plus bias [out]; x is rounded to 8 bits by its own range at each run. */
export function int8Linear(graph: GraphBuilder, x: Value, weight: Int8Tensor, bias: Value | undefined): Value {
  const { matrix, scales, zeros } = graph.int8Weight(weight);
  return graph.node('DynamicQuantizeMatMul', [x, matrix, scales, zeros, bias], { domain: 'com.microsoft' });
}

/**
 * A convolution of x [B, in, H, W] by an 8-bit weight, of stride 1 and the same size. ONNX Runtime's own integer convolution for
 * ranges found at run time is slower than float32; the 8-bit patches times the weight as a matrix are three times as fast.
 */
export function int8Conv(
  graph: GraphBuilder,
  x: Value,
  weight: Int8Tensor,
  bias: Value | undefined,
  sizes: { out: number; kernel: number },
): Value {
  const { matrix, scales, zeros } = graph.int8Weight(weight);
  const [quantized, scale, zero] = graph.split('DynamicQuantizeLinear', [x], 3);
  const pixels = graph.node('Transpose', [quantized], { attributes: { perm: [0, 2, 3, 1] } });
  const patches = sizes.kernel === 1 ? pixels : patchesOf(graph, pixels, zero, sizes.kernel);
  const rows = graph.node('Reshape', [patches, graph.ints([0, -1, weight.shape[1]])]);
  const product = graph.node('MatMulIntegerToFloat', [rows, matrix, scale, scales, zero, zeros, bias], { domain: 'com.microsoft' });
  const planes = graph.node('Transpose', [product], { attributes: { perm: [0, 2, 1] } });
  const side = (axis: number) => graph.node('Shape', [x], { attributes: { start: axis, end: axis + 1 } });
  const shape = graph.node('Concat', [side(0), graph.ints([sizes.out]), side(2), side(3)], { attributes: { axis: 0 } });
  return graph.node('Reshape', [planes, shape]);
}

/** The neighbourhood of each pixel [B, H, W, kernel * kernel * C], with `zero` beyond the edges. */
function patchesOf(graph: GraphBuilder, pixels: Value, zero: Value, kernel: number): Value {
  const margin = (kernel - 1) / 2;
  const padded = graph.node('Pad', [pixels, graph.ints([0, margin, margin, 0, 0, margin, margin, 0]), zero]);
  const shifts = Array.from({ length: kernel }, (_, at) => at);
  // The end counts from the far side, where 0 would mean the beginning.
  const end = (shift: number) => (shift === kernel - 1 ? Number.MAX_SAFE_INTEGER : shift - kernel + 1);
  const parts = shifts.flatMap((y) =>
    shifts.map((left) => graph.node('Slice', [padded, graph.ints([y, left]), graph.ints([end(y), end(left)]), graph.ints([1, 2])])),
  );
  return graph.node('Concat', parts, { attributes: { axis: 3 } });
}
