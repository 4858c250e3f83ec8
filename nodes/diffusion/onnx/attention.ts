import type { Precision } from './forms.ts';
import type { GraphBuilder, Value } from './graph.ts';

export type AttentionSizes = {
  readonly heads: number;
  /** heads * the size of one head. */
  readonly width: number;
  /** True where a position may see only itself and the ones before it. */
  readonly causal: boolean;
  /** True where queries times keys exceed what float16 holds: they are then multiplied in float32. */
  readonly overflows?: boolean;
};

/** Query [B, T, width], key and value [B, S, width]. */
export type AttentionInputs = { readonly query: Value; readonly key: Value; readonly value: Value };

/** One operator that never holds the whole matrix of scores. */
export function fusedAttention(graph: GraphBuilder, { query, key, value }: AttentionInputs, { heads, causal }: AttentionSizes): Value {
  const attributes = { num_heads: heads, unidirectional: causal ? 1 : 0 };
  return graph.node('MultiHeadAttention', [query, key, value], { domain: 'com.microsoft', attributes });
}

/** The same of operators that every provider has. Queries are scaled before the product, which keeps scores small. */
export function decomposedAttention(graph: GraphBuilder, inputs: AttentionInputs, sizes: AttentionSizes, precision: Precision): Value {
  const { heads, width, causal } = sizes;
  const headSize = width / heads;
  const split = (x: Value, perm: readonly number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [x, graph.ints([0, 0, heads, headSize])])], { attributes: { perm } });
  const scaled = graph.node('Mul', [inputs.query, graph.floats(1 / Math.sqrt(headSize), [], precision)]);
  const scores = graph.node('MatMul', [split(scaled, [0, 2, 1, 3]), split(inputs.key, [0, 2, 3, 1])]);
  const masked = causal ? graph.node('Add', [scores, causalMask(graph, inputs.query, precision)]) : scores;
  const weights = graph.node('Softmax', [masked], { attributes: { axis: -1 } });
  const mixed = graph.node('MatMul', [weights, split(inputs.value, [0, 2, 1, 3])]);
  const joined = graph.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } });
  return graph.node('Reshape', [joined, graph.ints([0, 0, width])]);
}

/** [T, T]: 0 on and below the diagonal, a large negative number above it. */
function causalMask(graph: GraphBuilder, sequence: Value, precision: Precision): Value {
  const length = graph.node('Shape', [sequence], { attributes: { start: 1, end: 2 } });
  const hidden = graph.floats(precision === 'float16' ? -6e4 : -1e9, [], precision);
  const square = graph.node('Expand', [hidden, graph.node('Concat', [length, length], { attributes: { axis: 0 } })]);
  return graph.node('Trilu', [square, graph.ints([1])], { attributes: { upper: 1 } });
}
