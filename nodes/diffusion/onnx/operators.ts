import { type AttentionSizes, decomposedAttention, fusedAttention } from './attention.ts';
import { type Forms, type Precision, preferredForms } from './forms.ts';
import type { GraphBuilder, Value } from './graph.ts';
import { type Tile, winogradConv } from './winograd.ts';

type GroupNormSizes = { readonly groups: number; readonly channels: number; readonly epsilon: number };
type ConvSizes = {
  readonly in: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  /** How large a square may be computed with fewer multiplications where that is faster; it takes memory of some four pictures. */
  readonly tile: Tile | undefined;
};
type LinearSizes = { readonly in: number; readonly out: number };

/**
 * The operators whose best form depends on the execution provider. Values are of `precision`.
 * Sequences are [B, T, width], pictures [B, C, H, W].
 */
export type Operators = {
  readonly precision: Precision;
  /** Whether weights in 8 bits make it faster. */
  readonly integers: boolean;
  /** Weights of more elements than these stay in the file and are converted at each run (see GraphBuilder.weight). */
  readonly streamAbove: { readonly conv: number; readonly linear: number };
  /** x [..., in] times the transpose of weight [out, in], plus bias [out]. */
  linear(graph: GraphBuilder, x: Value, weight: Value, bias: Value | undefined, sizes: LinearSizes): Value;
  /** Into how many parts of its rows `conv` wants a weight to be cut. */
  convParts(sizes: Pick<ConvSizes, 'in' | 'out' | 'tile'>): number;
  /** A convolution of x [B, in, H, W] by a weight [out, in, k, k] in `convParts` parts, plus bias [out]. */
  conv(graph: GraphBuilder, x: Value, weights: readonly Value[], bias: Value | undefined, sizes: ConvSizes): Value;
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

export type OperatorChoice = {
  readonly precision: Precision;
  readonly forms: Forms;
  readonly streamAbove: Operators['streamAbove'];
  /**
   * Convolutions of at least `from` channels on both sides are computed with fewer multiplications (see winograd.ts), and have at most
   * about so many `kernels` in another basis at once: they take most of the memory.
   */
  readonly winograd: { readonly from: number; readonly kernels: number } | undefined;
};

/** Providers with memory of their own hold all weights there, and have kernels of their own for convolutions. */
export const onAccelerators = {
  streamAbove: { conv: Number.POSITIVE_INFINITY, linear: Number.POSITIVE_INFINITY },
  winograd: undefined,
};

/**
 * On the CPU, convolutions need a constant weight for the NCHWc kernels, a quarter faster; at the widest layers, whose pictures are
 * small, that no longer shows. Matrix products gain nothing measurable from packing. With fewer channels than 256, changing the basis
 * of the pictures takes as long as what it saves.
 */
export const onCpu = { streamAbove: { conv: 8_000_000, linear: 250_000 }, winograd: { from: 256, kernels: 640 * 640 } };

/** The operators in the chosen forms. */
export function createOperators({ precision, forms, streamAbove, winograd }: OperatorChoice): Operators {
  const sigmoidProduct = (graph: GraphBuilder, x: Value, alpha: number) =>
    forms.activation === 'fused' ? quickGeluNode(graph, x, alpha) : sigmoidForm(graph, x, alpha, precision);
  return {
    precision,
    integers: forms.integers === 'fast' && precision === 'float32',
    streamAbove,
    linear: forms.linear === 'matmul' ? matmulForm : gemmForm,
    convParts(sizes) {
      return winograd !== undefined && filtersMinimally(winograd, sizes) ? Math.ceil((sizes.in * sizes.out) / winograd.kernels) : 1;
    },
    conv(graph, x, weights, bias, sizes) {
      const { in: channels, out, kernel, stride, pads } = sizes;
      if (winograd !== undefined && filtersMinimally(winograd, sizes))
        return winogradConv(graph, x, weights, bias, { in: channels, out, tile: sizes.tile });
      const missing = forms.channels === 'fours' ? (4 - (channels % 4)) % 4 : 0;
      const inputs = [x, weights[0]].map((value) => (missing === 0 ? value : withEmptyChannels(graph, value, missing)));
      return graph.node('Conv', [...inputs, bias], { attributes: { kernel_shape: [kernel, kernel], strides: [stride, stride], pads } });
    },
    attention(graph, query, key, value, sizes) {
      if (precision === 'float16' && sizes.overflows) {
        const [q, k, v] = [query, key, value].map((x) => graph.cast(x, 'float32'));
        return graph.cast(attentionForm(graph, { query: q, key: k, value: v }, sizes, forms, 'float32'), precision);
      }
      return attentionForm(graph, { query, key, value }, sizes, forms, precision);
    },
    groupNorm: (graph, x, weight, bias, sizes) => groupNorm(graph, x, weight, bias, sizes, precision, forms),
    silu: (graph, x) => sigmoidProduct(graph, x, 1),
    quickGelu: (graph, x) => sigmoidProduct(graph, x, 1.702),
    gelu: (graph, x) => (forms.activation === 'fused' ? graph.node('Gelu', [x]) : erfForm(graph, x, precision)),
  };
}

/** Forms measured fastest on the CPU provider of ONNX Runtime 1.30 (fused multi-head attention, transposed matrix products). */
export const cpuOperators = createOperators({ precision: 'float32', forms: preferredForms.cpu, ...onCpu });

function filtersMinimally<Sizes extends Pick<ConvSizes, 'in' | 'out' | 'tile'>>(
  { from }: { readonly from: number },
  sizes: Sizes,
): sizes is Sizes & { readonly tile: Tile } {
  return sizes.tile !== undefined && Math.min(sizes.in, sizes.out) >= from;
}

function matmulForm(graph: GraphBuilder, x: Value, weight: Value, bias: Value | undefined): Value {
  const product = graph.node('FusedMatMul', [x, weight], { domain: 'com.microsoft', attributes: { transB: 1 } });
  return bias === undefined ? product : graph.node('Add', [product, bias]);
}

function gemmForm(graph: GraphBuilder, x: Value, weight: Value, bias: Value | undefined, sizes: LinearSizes): Value {
  const rows = graph.node('Reshape', [x, graph.ints([-1, sizes.in])]);
  const product = graph.node('Gemm', [rows, weight, bias], { attributes: { transB: 1 } });
  const lead = graph.node('Shape', [x], { attributes: { start: 0, end: -1 } });
  const shape = graph.node('Concat', [lead, graph.ints([sizes.out])], { attributes: { axis: 0 } });
  return graph.node('Reshape', [product, shape]);
}

function attentionForm(
  graph: GraphBuilder,
  inputs: { query: Value; key: Value; value: Value },
  sizes: AttentionSizes,
  forms: Forms,
  precision: Precision,
): Value {
  return forms.attention === 'fused' ? fusedAttention(graph, inputs, sizes) : decomposedAttention(graph, inputs, sizes, precision);
}

/** x [a, C, h, w] with `count` channels of zeros more. */
function withEmptyChannels(graph: GraphBuilder, x: Value, count: number): Value {
  return graph.node('Pad', [x, graph.ints([0, 0, 0, 0, 0, count, 0, 0])]);
}

function quickGeluNode(graph: GraphBuilder, x: Value, alpha: number): Value {
  return graph.node('QuickGelu', [x], { domain: 'com.microsoft', attributes: { alpha: { float: alpha } } });
}

function sigmoidForm(graph: GraphBuilder, x: Value, alpha: number, precision: Precision): Value {
  const scaled = alpha === 1 ? x : graph.node('Mul', [x, graph.floats(alpha, [], precision)]);
  return graph.node('Mul', [x, graph.node('Sigmoid', [scaled])]);
}

function erfForm(graph: GraphBuilder, x: Value, precision: Precision): Value {
  const error = graph.node('Erf', [graph.node('Mul', [x, graph.floats(Math.SQRT1_2, [], precision)])]);
  const half = graph.node('Mul', [x, graph.floats(0.5, [], precision)]);
  return graph.node('Add', [half, graph.node('Mul', [half, error])]);
}

/** Normalises each group as one channel: [B, groups, C / groups * H * W]. */
function groupNorm(
  graph: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value,
  { groups, epsilon }: GroupNormSizes,
  precision: Precision,
  forms: Forms,
): Value {
  const inner = forms.normalisation === 'float32' ? 'float32' : precision;
  const grouped = graph.node('Reshape', [inner === precision ? x : graph.cast(x, inner), graph.ints([0, groups, -1])]);
  const ones = graph.floats(new Float32Array(groups).fill(1), [groups], inner);
  const zeros = graph.floats(new Float32Array(groups), [groups], inner);
  const normal = graph.node('InstanceNormalization', [grouped, ones, zeros], { attributes: { epsilon: { float: epsilon } } });
  const restored = graph.node('Reshape', [inner === precision ? normal : graph.cast(normal, precision), graph.node('Shape', [x])]);
  return graph.node('Add', [graph.node('Mul', [restored, weight]), bias]);
}
