import type { Forms } from '../../../nodes/diffusion/onnx/forms.ts';
import { GraphBuilder, type OnnxGraph, type Value } from '../../../nodes/diffusion/onnx/graph.ts';
import type { Operators } from '../../../nodes/diffusion/onnx/operators.ts';
import { type Tensor, tensor } from '../../../nodes/diffusion/tensor.ts';
import { attention, convolution, gelu, groupNorm, layerNorm, linear, nearestDouble, sigmoidProduct } from './exact.ts';

/** One operator in its place: a small network, what goes in, and what must come out. */
export type SelfTest = {
  /** What a person calls the operator. */
  readonly name: string;
  /** The form that decides how the operator is written, and its choices, where there is one. */
  readonly form?: { readonly [F in keyof Forms]: { readonly of: F; readonly others: readonly Forms[F][] } }[keyof Forms];
  readonly graph: (operators: Operators) => OnnxGraph;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly expected: Float64Array;
};

/** Numbers around `mean` that look like noise and are the same everywhere. */
function wave(shape: readonly number[], seed: number, mean = 0, spread = 1): Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  const at = (index: number) => mean + spread * (2 * fraction(Math.sin(index * 12.9898 + seed * 78.233) * 43758.5453) - 1);
  return tensor(
    Float32Array.from({ length: count }, (_, index) => Math.fround(Float16Array.of(at(index))[0])),
    shape,
  );
}

function fraction(value: number): number {
  return value - Math.floor(value);
}

/** A graph of float32 inputs and one float32 output, computed in the operators' precision. */
function network(
  inputs: Readonly<Record<string, Tensor>>,
  operators: Operators,
  write: (graph: GraphBuilder, values: Readonly<Record<string, Value>>) => Value,
): OnnxGraph {
  const graph = new GraphBuilder('self_test');
  const inside = operators.precision;
  const values = Object.entries(inputs).map(([name, { shape }]): [string, Value] => {
    const value = graph.input(name, 'float32', shape);
    return [name, inside === 'float32' ? value : graph.cast(value, inside)];
  });
  const result = write(graph, Object.fromEntries(values));
  graph.output('out', inside === 'float32' ? result : graph.cast(result, 'float32'), []);
  return graph.build();
}

function selfTest(
  name: string,
  feeds: Readonly<Record<string, Tensor>>,
  expected: Float64Array,
  write: (operators: Operators, graph: GraphBuilder, values: Readonly<Record<string, Value>>) => Value,
  form?: SelfTest['form'],
): SelfTest {
  const graph = (operators: Operators) => network(feeds, operators, (builder, values) => write(operators, builder, values));
  return { name, feeds, expected, graph, ...(form === undefined ? {} : { form }) };
}

const linearTest = () => {
  const feeds = { x: wave([2, 5, 48], 1), weight: wave([40, 48], 2), bias: wave([40], 3) };
  return selfTest(
    'matrix products',
    feeds,
    linear(feeds.x, feeds.weight, feeds.bias),
    (operators, graph, { x, weight, bias }) => operators.linear(graph, x, weight, bias, { in: 48, out: 40 }),
    { of: 'linear', others: ['gemm'] },
  );
};

/** Nine channels as the U-Nets of inpainting checkpoints have: a number of its own path in some providers. */
const convolutionTest = () => {
  const feeds = { x: wave([1, 9, 11, 9], 4), weight: wave([8, 9, 3, 3], 5), bias: wave([8], 6) };
  const sizes = { in: 9, out: 8, kernel: 3, stride: 2, pads: [0, 0, 1, 1], tile: undefined } as const;
  return selfTest(
    'convolutions',
    feeds,
    convolution(feeds.x, feeds.weight, feeds.bias, sizes),
    (operators, graph, { x, weight, bias }) => operators.conv(graph, x, [weight], bias, sizes),
    { of: 'channels', others: ['fours'] },
  );
};

/** More positions than a workgroup has threads, and heads as wide as those of SD1's first level. */
const attentionTest = () => {
  const feeds = { query: wave([2, 70, 80], 7), key: wave([2, 77, 80], 8), value: wave([2, 77, 80], 9) };
  const sizes = { heads: 2, width: 80, causal: false };
  return selfTest(
    'fused attention',
    feeds,
    attention(feeds.query, feeds.key, feeds.value, sizes.heads),
    (operators, graph, { query, key, value }) => operators.attention(graph, query, key, value, sizes),
    { of: 'attention', others: ['decomposed'] },
  );
};

/** The sums of a group leave the range of float16. */
const groupNormTest = () => {
  const feeds = { x: wave([1, 8, 40, 40], 10, 12, 4), weight: wave([8, 1, 1], 11), bias: wave([8, 1, 1], 12) };
  const sizes = { groups: 2, channels: 8, epsilon: 1e-5 };
  return selfTest(
    'group normalisation',
    feeds,
    groupNorm(feeds.x, feeds.weight, feeds.bias, sizes.groups, sizes.epsilon),
    (operators, graph, { x, weight, bias }) => operators.groupNorm(graph, x, weight, bias, sizes),
    { of: 'normalisation', others: ['float32'] },
  );
};

const layerNormTest = () => {
  const feeds = { x: wave([2, 3, 320], 13, 20, 8), weight: wave([320], 14), bias: wave([320], 15) };
  const attributes = { axis: -1, epsilon: { float: 1e-5 } };
  return selfTest('layer normalisation', feeds, layerNorm(feeds.x, feeds.weight, feeds.bias, 1e-5), (_, graph, { x, weight, bias }) =>
    graph.node('LayerNormalization', [x, weight, bias], { attributes }),
  );
};

const activationTest = () => {
  const feeds = { x: wave([3, 200], 16, 0, 9) };
  const expected = feeds.x.data;
  return selfTest(
    'activations',
    feeds,
    Float64Array.from(expected, (value) => sigmoidProduct(value, 1) + sigmoidProduct(value, 1.702) + gelu(value)),
    (operators, graph, { x }) =>
      graph.node('Add', [graph.node('Add', [operators.silu(graph, x), operators.quickGelu(graph, x)]), operators.gelu(graph, x)]),
    { of: 'activation', others: ['standard'] },
  );
};

const resizeTest = () => {
  const feeds = { x: wave([1, 3, 5, 4], 17) };
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  return selfTest('enlargements', feeds, nearestDouble(feeds.x), (_, graph, { x }) =>
    graph.node('Resize', [x, undefined, undefined, graph.ints([1, 3, 10, 8])], { attributes }),
  );
};

/** Every operator that networks are made of, each with numbers that show what goes wrong in practice. */
export function selfTests(): readonly SelfTest[] {
  return [linearTest(), convolutionTest(), attentionTest(), groupNormTest(), layerNormTest(), activationTest(), resizeTest()];
}

/** A convolution of 300 million operations, for telling which device is faster. */
export function speedTest(operators: Operators): { readonly graph: OnnxGraph; readonly feeds: Readonly<Record<string, Tensor>> } {
  const feeds = { x: wave([1, 128, 32, 32], 18), weight: wave([128, 128, 3, 3], 19) };
  const attributes = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
  const write = (graph: GraphBuilder, { x, weight }: Readonly<Record<string, Value>>) => graph.node('Conv', [x, weight], { attributes });
  return { feeds, graph: network(feeds, operators, write) };
}
