import { GraphBuilder, type OnnxGraph, type Value } from '../onnx/graph.ts';
import { type Delta, type Matrix, mapDelta } from './delta.ts';

/** Keeps a row of zeros from being divided by zero: the difference between 1 and the next float32. */
const smallest = 2 ** -23;

/** What happens to a weight, but for the numbers. */
export type PatchStep =
  | { readonly kind: 'delta'; readonly delta: Delta<null>; readonly axis?: 'out' | 'in'; readonly transposed: boolean }
  | { readonly kind: 'merge' };

type FloatType = 'float32' | 'float16';

/** The names of a step's inputs, in the order of `deltaParts`. */
export function stepInput(step: number, part: number | 'scale' | 'strength' | 'share' | 'other'): string {
  return `step${step}_${part}`;
}

/**
 * Writes the graph that takes a weight `base` [rows, columns] through some steps. Its sizes are open: one graph serves all weights that
 * change alike. Everything is computed in float32.
 */
export function writePatchGraph(steps: readonly PatchStep[], type: FloatType): OnnxGraph {
  const graph = new GraphBuilder('patch');
  const base = graph.input('base', type, ['rows', 'columns']);
  let weight = type === 'float32' ? base : graph.cast(base, 'float32');
  for (const [index, step] of steps.entries()) {
    weight = step.kind === 'merge' ? merge(graph, weight, index) : change(graph, weight, index, step);
  }
  graph.output('weight', type === 'float32' ? weight : graph.cast(weight, 'float16'), ['rows', 'columns'], type);
  return graph.build();
}

/** share W + (1 - share) other. */
function merge(graph: GraphBuilder, weight: Value, index: number): Value {
  const share = graph.input(stepInput(index, 'share'), 'float32', []);
  const other = graph.input(stepInput(index, 'other'), 'float32', ['rows', 'columns']);
  const rest = graph.node('Sub', [graph.floats(1), share]);
  return graph.node('Add', [graph.node('Mul', [weight, share]), graph.node('Mul', [other, rest])]);
}

function change(graph: GraphBuilder, stored: Value, index: number, step: Extract<PatchStep, { kind: 'delta' }>): Value {
  const turn = (x: Value) => (step.transposed ? graph.node('Transpose', [x], { attributes: { perm: [1, 0] } }) : x);
  let part = 0;
  const dims = (count: number, owner: number) => Array.from({ length: count }, (_, side) => `p${index}_${owner}_${side}`);
  const delta = mapDelta(step.delta, () => {
    const own = part;
    part += 1;
    return { name: stepInput(index, own), declare: (rank: number) => graph.input(stepInput(index, own), 'float32', dims(rank, own)) };
  });
  const weight = turn(stored);
  const shaped = (x: Value) => graph.node('Reshape', [x, graph.node('Shape', [weight])]);
  const [first, ...others] = delta.matrices;
  if (delta.form === 'set') return turn(shaped(matrixValue(graph, first)));
  const scale = graph.input(stepInput(index, 'scale'), 'float32', []);
  const strength = graph.input(stepInput(index, 'strength'), 'float32', []);
  const combined = (amount: Value) => {
    const matrices = [matrixValue(graph, first, amount), ...others.map((matrix) => matrixValue(graph, matrix))];
    return shaped(combine(graph, delta.form, matrices));
  };
  if (delta.dora !== undefined && step.axis !== undefined) {
    const sum = graph.node('Add', [weight, combined(scale)]);
    const difference = graph.node('Sub', [withLengths(graph, sum, delta.dora.declare(3), step.axis), weight]);
    return turn(graph.node('Add', [weight, graph.node('Mul', [difference, strength])]));
  }
  const amount = graph.node('Mul', [scale, strength]);
  if (delta.form === 'add' && first.kind === 'product') {
    // The commonest kind by far: one pass over the weight.
    return turn(graph.node('Gemm', [graph.node('Mul', [first.up.declare(2), amount]), first.down.declare(2), weight]));
  }
  return turn(graph.node('Add', [weight, combined(amount)]));
}

type Declared = { readonly declare: (rank: number) => Value };

/** The matrix, times `amount` where there is one: its first factor, which is small, is what is multiplied. */
function matrixValue(graph: GraphBuilder, matrix: Matrix<Declared>, amount?: Value): Value {
  const times = (x: Value) => (amount === undefined ? x : graph.node('Mul', [x, amount]));
  switch (matrix.kind) {
    case 'whole':
      return times(matrix.value.declare(2));
    case 'product':
      return graph.node('MatMul', [times(matrix.up.declare(2)), matrix.down.declare(2)]);
    case 'core': {
      const up = times(matrix.up.declare(2));
      const rows = matrix.turned ? graph.node('Transpose', [up], { attributes: { perm: [1, 0] } }) : up;
      // [i, j, k] to [i, k, j], times down [j, n], and back to [i, n k].
      const last = graph.node('Transpose', [matrix.core.declare(3)], { attributes: { perm: [0, 2, 1] } });
      const inner = graph.node('MatMul', [last, matrix.down.declare(2)]);
      const flat = graph.node('Reshape', [graph.node('Transpose', [inner], { attributes: { perm: [0, 2, 1] } }), graph.ints([0, -1])]);
      return graph.node('MatMul', [rows, flat]);
    }
  }
}

function combine(graph: GraphBuilder, form: Delta<null>['form'], [first, second]: readonly Value[]): Value {
  if (form === 'hadamard') return graph.node('Mul', [first, second]);
  if (form !== 'kronecker') return first;
  // [a, 1, b, 1] times [1, c, 1, d]: in row-major order that is [a c, b d].
  return graph.node('Mul', [graph.node('Unsqueeze', [first, graph.ints([1, 3])]), graph.node('Unsqueeze', [second, graph.ints([0, 2])])]);
}

/** Gives the rows (`out`, lengths [1, rows, 1]) or the columns (`in`, lengths [1, columns, 1], a kernel as one) their lengths. */
function withLengths(graph: GraphBuilder, weight: Value, lengths: Value, axis: 'out' | 'in'): Value {
  const lead = axis === 'out' ? graph.ints([1]) : graph.node('Shape', [weight], { attributes: { start: 0, end: 1 } });
  const count = graph.node('Shape', [lengths], { attributes: { start: 1, end: 2 } });
  const grouped = graph.node('Reshape', [weight, graph.node('Concat', [lead, count, graph.ints([-1])], { attributes: { axis: 0 } })]);
  const own = graph.node('ReduceL2', [grouped, graph.ints([0, 2])], { attributes: { keepdims: 1 } });
  const factors = graph.node('Div', [lengths, graph.node('Add', [own, graph.floats(smallest)])]);
  return graph.node('Reshape', [graph.node('Mul', [grouped, factors]), graph.node('Shape', [weight])]);
}
