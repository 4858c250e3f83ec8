import type { GraphBuilder, Value } from './graph.ts';
import type { Operators } from './operators.ts';
import type { Attribute } from './proto.ts';

type Operator = { readonly op: string; readonly attributes?: Readonly<Record<string, Attribute>> };

/** Activation functions by PyTorch's names in lower case, with PyTorch's defaults; `linear` is none. */
const activations = {
  linear: (_, __, x) => x,
  relu: operator({ op: 'Relu' }),
  leakyrelu: operator({ op: 'LeakyRelu', attributes: { alpha: { float: 0.01 } } }),
  elu: operator({ op: 'Elu', attributes: { alpha: { float: 1 } } }),
  selu: operator({ op: 'Selu' }),
  // AUTOMATIC1111's web UI gives Hardswish this name.
  swish: operator({ op: 'HardSwish' }),
  hardswish: operator({ op: 'HardSwish' }),
  tanh: operator({ op: 'Tanh' }),
  sigmoid: operator({ op: 'Sigmoid' }),
  softsign: operator({ op: 'Softsign' }),
  softplus: operator({ op: 'Softplus' }),
  mish: (graph, _, x) => graph.node('Mul', [x, graph.node('Tanh', [graph.node('Softplus', [x])])]),
  gelu: (graph, operators, x) => operators.gelu(graph, x),
  silu: (graph, operators, x) => operators.silu(graph, x),
} as const satisfies Record<string, (graph: GraphBuilder, operators: Operators, x: Value) => Value>;

export type Activation = keyof typeof activations;

export const activationNames: readonly string[] = Object.keys(activations);

export function isActivation(name: string): name is Activation {
  return Object.hasOwn(activations, name);
}

export function activate(graph: GraphBuilder, operators: Operators, name: Activation, x: Value): Value {
  return activations[name](graph, operators, x);
}

function operator({ op, attributes }: Operator): (graph: GraphBuilder, operators: Operators, x: Value) => Value {
  return (graph, _, x) => graph.node(op, [x], { attributes });
}
