import { parse } from 'node:path';
import { ProblemError } from '../../problem.ts';
import { elementCount } from '../tensor.ts';
import type { Precision } from './forms.ts';
import { onceForShapes, peakLiveBytes, type Shapes } from './live-bytes.ts';
import { type Attribute, type DataType, encodeModel, type InitializerProto, type NodeProto, type ValueInfo } from './proto.ts';
import type { Fact } from './shapes.ts';

const bytesOf: Readonly<Record<DataType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  float8e4m3: 1,
  float8e5m2: 1,
  int8: 1,
  int64: 8,
};

/** A value inside a graph: an input, a weight, or what a node computed. */
export type Value = { readonly name: string };

/** A byte range of a file. */
type Place = {
  /** The absolute path of the file, without links. */
  readonly location: string;
  /** From the start of the file. */
  readonly offset: number;
  readonly length: number;
};

/** A tensor of a file, as initializers point to it. */
export type StoredTensor = Place & {
  readonly type: Exclude<DataType, 'int64' | 'int8'>;
  readonly shape: readonly number[];
  /** Where its values are not used, but others are given at each run: see `givenWeights`. */
  readonly given?: GivenTensor;
};

/** A weight in 8 bits: each row of `values` times its scale (float32 [rows]). */
export type Int8Tensor = { readonly shape: readonly [rows: number, columns: number]; readonly values: Place; readonly scales: Place };

/** A tensor that is given at each run, in the format of `givenType`: its key, and which rows of it are meant. */
export type GivenTensor = { readonly key: string; readonly rows?: { readonly start: number; readonly count: number } };

/** An input of a graph that takes (rows of) a given tensor. */
export type GivenInput = GivenTensor & { readonly name: string; readonly dims: readonly number[]; readonly type: Precision };

/** Where a model's weights come from: the stored tensor of a key, whose shape must be `shape`. */
export type WeightSource = (key: string, shape: readonly number[]) => StoredTensor;

/** A finished graph. */
export type OnnxGraph = {
  /** The bytes of an .onnx file whose initializers lie in other files. */
  readonly model: Uint8Array;
  /** The folder that the places of those files are relative to: the root of their drive. */
  readonly folder: string;
  /** What a session of it holds in memory for its weights, mapped files included. */
  readonly weightBytes: number;
  /** How many of these stay in mapped files and are converted at each run. */
  readonly mappedBytes: number;
  /** Inputs for weights that are given at each run. */
  readonly given: readonly GivenInput[];
  /** About the most that it computes at once for inputs of these shapes, beside the weights. */
  readonly activationBytes: (shapes: Shapes) => number;
};

/**
 * The number format in which a stored tensor's replacement is given: its own, but ONNX Runtime's JavaScript side has no bfloat16 and no
 * float8, and float16 could not hold all that bfloat16 can.
 */
export function givenType(stored: StoredTensor['type']): 'float32' | 'float16' {
  return stored === 'float16' || stored === 'float8e4m3' || stored === 'float8e5m2' ? 'float16' : 'float32';
}

/** The same weights, where the tensors of `keys` become inputs of the graph. */
export function givenWeights(weights: WeightSource, keys: ReadonlySet<string>): WeightSource {
  return (key, shape) => {
    const stored = weights(key, shape);
    return keys.has(key) ? { ...stored, given: { key } } : stored;
  };
}

type NodeOptions = { readonly domain?: NodeProto['domain']; readonly attributes?: Readonly<Record<string, Attribute>> };

/** Collects the nodes of one ONNX graph; values are named in the order of their making. */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: InitializerProto[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #given: GivenInput[] = [];
  readonly #weights = new Map<string, Value>();
  readonly #constants = new Map<string, Value>();
  readonly #facts = new Map<string, Fact>();
  #values = 0;
  #weightBytes = 0;
  #mappedBytes = 0;
  #root: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, type: DataType, dims: readonly (number | string)[]): Value {
    this.#inputs.push({ name, type, dims });
    return { name };
  }

  output(name: string, value: Value, dims: readonly (number | string)[], type: Precision = 'float32'): void {
    this.#nodes.push({ op: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, dims });
  }

  /** Adds a node with one output. `undefined` leaves an optional input out. */
  node(op: string, inputs: readonly (Value | undefined)[], options: NodeOptions = {}): Value {
    const [output] = this.split(op, inputs, 1, options);
    return output;
  }

  /** Adds a node with several outputs. */
  split(op: string, inputs: readonly (Value | undefined)[], count: number, options: NodeOptions = {}): readonly Value[] {
    const outputs = Array.from({ length: count }, () => this.#fresh('v'));
    this.#nodes.push({
      op,
      domain: options.domain ?? '',
      // An input without a name behind the last one is taken for one that is there by WebGPU's Conv, which then crashes.
      inputs: inputs.slice(0, inputs.findLastIndex((input) => input !== undefined) + 1).map((input) => input?.name ?? ''),
      outputs: outputs.map((output) => output.name),
      attributes: options.attributes ?? {},
    });
    return outputs;
  }

  /** A one-dimensional int64 constant: a shape, axes, starts and ends. */
  ints(values: readonly number[]): Value {
    return this.#constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer), values);
  }

  /** A constant of floats; one number becomes a scalar. */
  floats(values: number | Float32Array, dims: readonly number[] = [], precision: Precision = 'float32'): Value {
    const wide = typeof values === 'number' ? Float32Array.of(values) : values;
    const data = precision === 'float16' ? Float16Array.from(wide) : wide;
    return this.#constant(precision, dims, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), [...wide]);
  }

  /** The value in another precision. */
  cast(x: Value, precision: Precision): Value {
    return this.node('Cast', [x], { attributes: { to: precision === 'float16' ? 10 : 1 } });
  }

  /**
   * A stored tensor as a value of the given dims and precision. A `constant` becomes part of the session, converted and packed for
   * the fastest kernels when it is loaded; a `streamed` one stays in the mapped file and is converted at each run.
   */
  weight(stored: StoredTensor, dims: readonly number[], keep: 'constant' | 'streamed', precision: Precision = 'float32'): Value {
    const key = `${stored.location}:${stored.offset}:${dims.join()}:${precision}`;
    const known = this.#weights.get(key);
    if (known !== undefined) return known;
    const value = this.#addWeight(stored, dims, keep, precision);
    this.#weights.set(key, value);
    return value;
  }

  /** An 8-bit weight as the integer kernels take it: [columns, rows], its scales [rows], and the zero of each row. */
  int8Weight({ values, scales, shape: [rows, columns] }: Int8Tensor): { matrix: Value; scales: Value; zeros: Value } {
    this.#weightBytes += values.length + scales.length;
    return {
      matrix: this.node('Transpose', [this.#initializer('int8', values, [rows, columns])], { attributes: { perm: [1, 0] } }),
      scales: this.#initializer('float32', scales, [rows]),
      zeros: this.#constant('int8', [rows], new Uint8Array(rows), []),
    };
  }

  build(): OnnxGraph {
    const model = encodeModel({
      name: this.#name,
      opset: 21,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
    return {
      model,
      folder: this.#root ?? parse(process.cwd()).root,
      weightBytes: this.#weightBytes,
      mappedBytes: this.#mappedBytes,
      given: this.#given,
      activationBytes: onceForShapes((shapes) => peakLiveBytes(this.#nodes, this.#inputFacts(shapes))),
    };
  }

  /** What is known of weights, constants and inputs; dimensions that `shapes` does not tell count as 1. */
  #inputFacts(shapes: Shapes): ReadonlyMap<string, Fact> {
    const inputs = this.#inputs.map(({ name, type, dims }): [string, Fact] => [
      name,
      { dims: shapes[name] ?? dims.map((side) => (typeof side === 'number' ? side : 1)), size: bytesOf[type] },
    ]);
    return new Map([...inputs, ...this.#facts]);
  }

  #addWeight(stored: StoredTensor, dims: readonly number[], keep: 'constant' | 'streamed', precision: Precision): Value {
    if (stored.given !== undefined)
      return this.#addGiven(stored.given, dims, keep === 'streamed' ? givenType(stored.type) : precision, precision);
    const { type, length } = stored;
    const raw = this.#initializer(type, stored, dims);
    this.#weightBytes += keep === 'streamed' ? length : (precision === 'float16' ? 2 : 4) * elementCount(dims);
    if (keep === 'streamed') this.#mappedBytes += length;
    // An initializer that is listed as an input could be overridden by a caller, so ONNX Runtime neither folds the Cast behind it
    // into a float32 copy nor packs it: it stays a mapped range of the file.
    if (keep === 'streamed') this.#inputs.push({ name: raw.name, type, dims });
    return type === precision ? raw : this.cast(raw, precision);
  }

  #initializer(type: DataType, { location, offset, length }: Place, dims: readonly number[]): Value {
    const value = this.#fresh('w');
    const place = this.#fromRoot(location);
    this.#initializers.push({ name: value.name, type, dims, data: { kind: 'external', location: place, offset, length } });
    this.#facts.set(value.name, { dims, size: bytesOf[type] });
    return value;
  }

  /** A `constant` one is given in the precision of the graph: not every device that is given float16 can convert it. */
  #addGiven(given: GivenTensor, dims: readonly number[], type: Precision, precision: Precision): Value {
    const raw = this.#fresh('w');
    this.#weightBytes += bytesOf[type] * elementCount(dims);
    this.#inputs.push({ name: raw.name, type, dims });
    this.#given.push({ ...given, name: raw.name, dims, type });
    this.#facts.set(raw.name, { dims, size: bytesOf[type] });
    return type === precision ? raw : this.cast(raw, precision);
  }

  /** ONNX Runtime takes external data from below one folder only; from the root of the drive, any files can be joined in a graph. */
  #fromRoot(location: string): string {
    const { root } = parse(location);
    this.#root ??= root;
    if (root !== this.#root) {
      throw new ProblemError({
        what: `The files of this model lie on two drives, "${this.#root}" and "${root}", which ONNX Runtime cannot join.`,
        fix: 'Put the files that are used together on one drive.',
      });
    }
    return location.slice(root.length);
  }

  #constant(type: 'int64' | 'int8' | Precision, dims: readonly number[], bytes: Uint8Array, values: readonly number[]): Value {
    const key = `${type}:${dims.join()}:${Buffer.from(bytes).toString('base64')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value = this.#fresh('c');
    this.#initializers.push({ name: value.name, type, dims, data: { kind: 'inline', bytes } });
    this.#facts.set(value.name, { dims, size: bytesOf[type], values });
    this.#constants.set(key, value);
    return value;
  }

  #fresh(prefix: string): Value {
    this.#values += 1;
    return { name: `${prefix}${this.#values}` };
  }
}

/** Rows `start` to `start + count` of a stored matrix or vector. */
export function storedRows(stored: StoredTensor, start: number, count: number): StoredTensor {
  const [rows, ...rest] = stored.shape;
  const rowBytes = stored.length / rows;
  const given = stored.given && { ...stored.given, rows: { start, count } };
  return { ...stored, given, shape: [count, ...rest], offset: stored.offset + start * rowBytes, length: count * rowBytes };
}
