import { elementCount } from '../tensor.ts';
import type { Attribute, NodeProto } from './proto.ts';

/** What is known of a value before it is computed. */
export type Fact = {
  readonly dims: readonly number[];
  /** Bytes of one element. */
  readonly size: number;
  /** The numbers themselves, where they are few: what shapes are made of. */
  readonly values?: readonly number[];
};

type Rule = (inputs: readonly (Fact | undefined)[], attributes: Attributes, outputs: number) => Fact;
type Attributes = Readonly<Record<string, Attribute>>;

/**
 * The facts of a node's outputs (all alike) from those of its inputs; an operator without a rule of its own is taken to keep the
 * shape of its first input, as element-wise ones and normalisations do.
 */
export function inferShape({ op, attributes, outputs }: NodeProto, inputs: readonly (Fact | undefined)[]): Fact {
  return (rules[op] ?? same)(inputs, attributes, outputs.length);
}

const same: Rule = ([x]) => known(x);
const broadcast: Rule = (inputs) => {
  const facts = inputs.filter((fact) => fact !== undefined);
  return { dims: facts.map(({ dims }) => dims).reduce(broadcastDims), size: known(facts[0]).size };
};

/** Keeps the axes that are reduced, with a length of 1. */
const reduced: Rule = ([x, axes]) => {
  const { dims, size } = known(x);
  const over = new Set(axes?.values);
  return { dims: dims.map((side, axis) => (over.has(axis) ? 1 : side)), size };
};
const integerProduct: Rule = ([a, b]) => ({ ...product(known(a), known(b).dims), size: 4 });

const rules: Readonly<Record<string, Rule>> = {
  DynamicQuantizeLinear: ([x]) => ({ dims: known(x).dims, size: 1 }),
  DynamicQuantizeMatMul: integerProduct,
  MatMulIntegerToFloat: integerProduct,
  Pad: ([x, pads]) => {
    const { dims, size } = known(x);
    const around = known(pads).values ?? [];
    return { dims: dims.map((side, axis) => side + (around[axis] ?? 0) + (around[axis + dims.length] ?? 0)), size };
  },
  Slice: ([x, starts, ends, axes]) => {
    const { dims, size } = known(x);
    const [from, to, along] = [starts, ends, axes].map((fact) => known(fact).values ?? []);
    return {
      dims: dims.map((side, axis) => (along.includes(axis) ? sliced(side, from[along.indexOf(axis)], to[along.indexOf(axis)]) : side)),
      size,
    };
  },
  Add: broadcast,
  Sub: broadcast,
  Mul: broadcast,
  Div: (inputs, attributes, outputs) => {
    const [a, b] = inputs.map((fact) => fact?.values);
    const values = a !== undefined && b !== undefined && a.length === b.length ? a.map((value, at) => value / b[at]) : undefined;
    return { ...broadcast(inputs, attributes, outputs), ...(values && { values }) };
  },
  Where: broadcast,
  Cast: ([x], { to }) => ({ ...known(x), size: to === 10 || to === 16 ? 2 : to === 7 ? 8 : 4 }),
  Shape: ([x], { start, end }) => {
    const values = known(x).dims.slice(number(start, 0), end === undefined ? undefined : number(end, 0));
    return { dims: [values.length], size: 8, values };
  },
  Concat: (inputs, { axis }) => {
    const facts = inputs.map(known);
    const [first] = facts;
    const at = number(axis, 0) < 0 ? first.dims.length + number(axis, 0) : number(axis, 0);
    const dims = first.dims.with(
      at,
      facts.reduce((sum, { dims }) => sum + dims[at], 0),
    );
    return facts.every(({ values }) => values !== undefined)
      ? { dims, size: first.size, values: facts.flatMap(({ values }) => values ?? []) }
      : { dims, size: first.size };
  },
  Reshape: ([x, shape]) => ({ ...known(x), dims: reshaped(known(x).dims, known(shape).values ?? [-1]) }),
  Transpose: ([x], { perm }) => ({ ...known(x), dims: numbers(perm).map((from) => known(x).dims[from]) }),
  Unsqueeze: ([x, axes]) => ({ ...known(x), dims: unsqueezed(known(x).dims, known(axes).values ?? []) }),
  Expand: ([x, shape]) => ({ dims: broadcastDims(known(x).dims, known(shape).values ?? []), size: known(x).size }),
  GatherND: ([x]) => ({ dims: [known(x).dims[0], known(x).dims.at(-1) ?? 1], size: known(x).size }),
  MatMul: ([a, b]) => product(known(a), known(b).dims),
  FusedMatMul: ([a, b], { transB, transBatchB }) => {
    const { dims } = known(b);
    const batchInside = transBatchB === 1 ? [...dims.slice(1, -1), dims[0], ...dims.slice(-1)] : dims;
    return product(known(a), transB === 1 ? swapped(batchInside) : batchInside);
  },
  Gemm: ([a, b], { transB }) => product(known(a), transB === 1 ? swapped(known(b).dims) : known(b).dims),
  ReduceMean: reduced,
  ReduceMin: reduced,
  ReduceMax: reduced,
  Range: ([start, limit]) => ({ dims: known(limit).values ?? [1], size: known(start).size }),
  Conv: ([x, weight], { strides, pads, kernel_shape }) => {
    const [batch, , ...sides] = known(x).dims;
    const [stride, pad, kernel] = [numbers(strides), numbers(pads), numbers(kernel_shape)];
    const spatial = sides.map((side, axis) => {
      const around = (pad[axis] ?? 0) + (pad[axis + sides.length] ?? 0);
      return Math.floor((side + around - (kernel[axis] ?? 1)) / (stride[axis] ?? 1)) + 1;
    });
    return { dims: [batch, known(weight).dims[0], ...spatial], size: known(x).size };
  },
  Tile: ([x, repeats]) => {
    const { dims, size } = known(x);
    return { dims: dims.map((side, axis) => side * (known(repeats).values?.[axis] ?? 1)), size };
  },
  Resize: ([x, , scales, sizes]) => {
    const { dims, size } = known(x);
    return { dims: sizes?.values ?? dims.map((side, axis) => Math.floor(side * (scales?.values?.[axis] ?? 1))), size };
  },
  Split: ([x], { axis }, outputs) => {
    const { dims, size } = known(x);
    const at = number(axis, 0) < 0 ? dims.length + number(axis, 0) : number(axis, 0);
    return { dims: dims.with(at, Math.ceil(dims[at] / outputs)), size };
  },
  DepthToSpace: ([x], { blocksize }) => {
    const [batch, channels, height, width] = known(x).dims;
    const factor = number(blocksize, 1);
    return { dims: [batch, channels / factor ** 2, height * factor, width * factor], size: known(x).size };
  },
  SpaceToDepth: ([x], { blocksize }) => {
    const [batch, channels, height, width] = known(x).dims;
    const factor = number(blocksize, 1);
    return { dims: [batch, channels * factor ** 2, height / factor, width / factor], size: known(x).size };
  },
};

/** How much of a side a slice takes; a negative end counts from the far side. */
function sliced(side: number, start: number, end: number): number {
  return (end < 0 ? side + end : Math.min(end, side)) - start;
}

function known(fact: Fact | undefined): Fact {
  if (fact === undefined) throw new Error('a node of the graph reads a value that nothing gives');
  return fact;
}

function number(attribute: Attribute | undefined, fallback: number): number {
  return typeof attribute === 'number' ? attribute : fallback;
}

function numbers(attribute: Attribute | undefined): readonly number[] {
  return Array.isArray(attribute) ? attribute : [];
}

function broadcastDims(a: readonly number[], b: readonly number[]): readonly number[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, at) => Math.max(a[at - length + a.length] ?? 1, b[at - length + b.length] ?? 1));
}

function product({ dims, size }: Fact, other: readonly number[]): Fact {
  const lead = broadcastDims(dims.slice(0, -2), other.slice(0, -2));
  return { dims: [...lead, ...dims.slice(dims.length < 2 ? 0 : -2, -1), other.at(-1) ?? 1], size };
}

function swapped(dims: readonly number[]): readonly number[] {
  return [...dims.slice(0, -2), ...dims.slice(-2).reverse()];
}

/** ONNX's Reshape: 0 keeps a dimension, -1 takes what is left. */
function reshaped(dims: readonly number[], shape: readonly number[]): readonly number[] {
  const kept = shape.map((side, axis) => (side === 0 ? dims[axis] : side));
  const rest = elementCount(dims) / elementCount(kept.filter((side) => side !== -1));
  return kept.map((side) => (side === -1 ? rest : side));
}

function unsqueezed(dims: readonly number[], axes: readonly number[]): readonly number[] {
  const length = dims.length + axes.length;
  const at = new Set(axes.map((axis) => (axis < 0 ? axis + length : axis)));
  const rest = [...dims];
  return Array.from({ length }, (_, axis) => (at.has(axis) ? 1 : (rest.shift() ?? 1)));
}
