import type { GraphBuilder, Value } from './graph.ts';

type AttentionSizes = {
  readonly heads: number;
  /** heads * the size of one head. */
  readonly width: number;
  /** True where a position may see only itself and the ones before it. */
  readonly causal: boolean;
};

type GroupNormSizes = { readonly groups: number; readonly channels: number; readonly epsilon: number };

/**
 * The operators whose fastest form depends on the execution provider. Everything is float32.
 * Sequences are [B, T, width], pictures [B, C, H, W].
 */
export type Operators = {
  /** Weights of more elements than these stay in the file and are converted at each run (see GraphBuilder.weight). */
  readonly streamAbove: { readonly conv: number; readonly linear: number };
  /** x [..., in] times the transpose of weight [out, in], plus bias [out]. */
  linear(graph: GraphBuilder, x: Value, weight: Value, bias: Value | undefined, sizes: { in: number; out: number }): Value;
  /** Scaled dot-product attention of query [B, T, width] over key and value [B, S, width]. */
  attention(graph: GraphBuilder, query: Value, key: Value, value: Value, sizes: AttentionSizes): Value;
  /** Group normalisation of x [B, C, H, W]; weight and bias are [C, 1, 1]. */
  groupNorm(graph: GraphBuilder, x: Value, weight: Value, bias: Value, sizes: GroupNormSizes): Value;
  /** x * sigmoid(x). */
  silu(graph: GraphBuilder, x: Value): Value;
  /** x * sigmoid(1.702 x). */
  quickGelu(graph: GraphBuilder, x: Value): Value;
  /** The exact GELU, with the error function. */
  gelu(graph: GraphBuilder, x: Value): Value;
};

/** Forms measured fastest on the CPU provider of ONNX Runtime 1.30 (fused multi-head attention, transposed matrix products). */
export const cpuOperators: Operators = {
  // Convolutions need a constant weight for the NCHWc kernels, a quarter faster; at the widest layers, whose pictures are small, that
  // no longer shows. Matrix products gain nothing measurable from packing.
  streamAbove: { conv: 8_000_000, linear: 250_000 },
  linear(graph, x, weight, bias) {
    const product = graph.node('FusedMatMul', [x, weight], { domain: 'com.microsoft', attributes: { transB: 1 } });
    return bias === undefined ? product : graph.node('Add', [product, bias]);
  },
  attention(graph, query, key, value, { heads, causal }) {
    const attributes = { num_heads: heads, unidirectional: causal ? 1 : 0 };
    return graph.node('MultiHeadAttention', [query, key, value], { domain: 'com.microsoft', attributes });
  },
  groupNorm: instanceNormForm,
  silu: (graph, x) => quickGeluNode(graph, x, 1),
  quickGelu: (graph, x) => quickGeluNode(graph, x, 1.702),
  gelu: geluNode,
};

/** Forms that the WebGPU provider has and computes exactly on every adapter that was tried. */
export const webgpuOperators: Operators = {
  streamAbove: { conv: Number.POSITIVE_INFINITY, linear: Number.POSITIVE_INFINITY },
  linear(graph, x, weight, bias, sizes) {
    const rows = graph.node('Reshape', [x, graph.ints([-1, sizes.in])]);
    const product = graph.node('Gemm', [rows, weight, bias], { attributes: { transB: 1 } });
    const lead = graph.node('Shape', [x], { attributes: { start: 0, end: -1 } });
    const shape = graph.node('Concat', [lead, graph.ints([sizes.out])], { attributes: { axis: 0 } });
    return graph.node('Reshape', [product, shape]);
  },
  attention: decomposedAttention,
  groupNorm: instanceNormForm,
  silu: (graph, x) => quickGeluNode(graph, x, 1),
  quickGelu: (graph, x) => quickGeluNode(graph, x, 1.702),
  gelu: geluNode,
};

function quickGeluNode(graph: GraphBuilder, x: Value, alpha: number): Value {
  return graph.node('QuickGelu', [x], { domain: 'com.microsoft', attributes: { alpha: { float: alpha } } });
}

function geluNode(graph: GraphBuilder, x: Value): Value {
  return graph.node('Gelu', [x]);
}

/** Normalises each group as one channel: [B, groups, C / groups * H * W]. */
function instanceNormForm(graph: GraphBuilder, x: Value, weight: Value, bias: Value, sizes: GroupNormSizes): Value {
  const { groups, epsilon } = sizes;
  const grouped = graph.node('Reshape', [x, graph.ints([0, groups, -1])]);
  const ones = graph.floats(new Float32Array(groups).fill(1), [groups]);
  const zeros = graph.floats(new Float32Array(groups), [groups]);
  const normal = graph.node('InstanceNormalization', [grouped, ones, zeros], { attributes: { epsilon: { float: epsilon } } });
  const restored = graph.node('Reshape', [normal, graph.node('Shape', [x])]);
  return graph.node('Add', [graph.node('Mul', [restored, weight]), bias]);
}

function decomposedAttention(graph: GraphBuilder, query: Value, key: Value, value: Value, sizes: AttentionSizes): Value {
  const { heads, width, causal } = sizes;
  const headSize = width / heads;
  const split = (x: Value, perm: readonly number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [x, graph.ints([0, 0, heads, headSize])])], { attributes: { perm } });
  const scaled = graph.node('Mul', [query, graph.floats(1 / Math.sqrt(headSize))]);
  const scores = graph.node('MatMul', [split(scaled, [0, 2, 1, 3]), split(key, [0, 2, 3, 1])]);
  const masked = causal ? graph.node('Add', [scores, causalMask(graph, query)]) : scores;
  const weights = graph.node('Softmax', [masked], { attributes: { axis: -1 } });
  const mixed = graph.node('MatMul', [weights, split(value, [0, 2, 1, 3])]);
  const joined = graph.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } });
  return graph.node('Reshape', [joined, graph.ints([0, 0, width])]);
}

/** [T, T]: 0 on and below the diagonal, a large negative number above it. */
function causalMask(graph: GraphBuilder, sequence: Value): Value {
  const length = graph.node('Shape', [sequence], { attributes: { start: 1, end: 2 } });
  const square = graph.node('Expand', [graph.floats(-1e9), graph.node('Concat', [length, length], { attributes: { axis: 0 } })]);
  return graph.node('Trilu', [square, graph.ints([1])], { attributes: { upper: 1 } });
}
