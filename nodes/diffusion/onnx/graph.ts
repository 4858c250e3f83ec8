import { parse } from 'node:path';
import { ProblemError } from '../../problem.ts';
import { elementCount } from '../tensor.ts';
import { type Attribute, type DataType, encodeModel, type InitializerProto, type NodeProto, type ValueInfo } from './proto.ts';

/** A value inside a graph: an input, a weight, or what a node computed. */
export type Value = { readonly name: string };

/** A tensor of a file, as initializers point to it. */
export type StoredTensor = {
  readonly type: 'float32' | 'float16' | 'bfloat16';
  readonly shape: readonly number[];
  /** The absolute path of the file, without links. */
  readonly location: string;
  /** From the start of the file. */
  readonly offset: number;
  readonly length: number;
};

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
};

type NodeOptions = { readonly domain?: NodeProto['domain']; readonly attributes?: Readonly<Record<string, Attribute>> };

/** Collects the nodes of one ONNX graph; values are named in the order of their making. */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: InitializerProto[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #weights = new Map<string, Value>();
  readonly #constants = new Map<string, Value>();
  #values = 0;
  #weightBytes = 0;
  #root: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, type: DataType, dims: readonly (number | string)[]): Value {
    this.#inputs.push({ name, type, dims });
    return { name };
  }

  output(name: string, value: Value, dims: readonly (number | string)[]): void {
    this.#nodes.push({ op: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type: 'float32', dims });
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
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: outputs.map((output) => output.name),
      attributes: options.attributes ?? {},
    });
    return outputs;
  }

  /** A one-dimensional int64 constant: a shape, axes, starts and ends. */
  ints(values: readonly number[]): Value {
    return this.#constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  /** A float32 constant; one number becomes a scalar. */
  floats(values: number | Float32Array, dims: readonly number[] = []): Value {
    const data = typeof values === 'number' ? Float32Array.of(values) : values;
    return this.#constant('float32', dims, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /**
   * A stored tensor as a float32 value of the given dims. A `constant` becomes part of the session, converted and packed for the
   * fastest kernels when it is loaded; a `streamed` one stays in the mapped file and is converted at each run.
   */
  weight(stored: StoredTensor, dims: readonly number[], keep: 'constant' | 'streamed'): Value {
    const key = `${stored.location}:${stored.offset}:${dims.join()}`;
    const known = this.#weights.get(key);
    if (known !== undefined) return known;
    const value = this.#addWeight(stored, dims, keep);
    this.#weights.set(key, value);
    return value;
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
    return { model, folder: this.#root ?? parse(process.cwd()).root, weightBytes: this.#weightBytes };
  }

  #addWeight({ type, location, offset, length }: StoredTensor, dims: readonly number[], keep: 'constant' | 'streamed'): Value {
    const raw = this.#fresh('w');
    const place = this.#fromRoot(location);
    this.#weightBytes += keep === 'streamed' ? length : 4 * elementCount(dims);
    this.#initializers.push({ name: raw.name, type, dims, data: { kind: 'external', location: place, offset, length } });
    // An initializer that is listed as an input could be overridden by a caller, so ONNX Runtime neither folds the Cast behind it
    // into a float32 copy nor packs it: it stays a mapped range of the file.
    if (keep === 'streamed') this.#inputs.push({ name: raw.name, type, dims });
    return type === 'float32' ? raw : this.node('Cast', [raw], { attributes: { to: 1 } });
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

  #constant(type: 'int64' | 'float32', dims: readonly number[], bytes: Uint8Array): Value {
    const key = `${type}:${dims.join()}:${Buffer.from(bytes).toString('base64')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value = this.#fresh('c');
    this.#initializers.push({ name: value.name, type, dims, data: { kind: 'inline', bytes } });
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
  return { ...stored, shape: [count, ...rest], offset: stored.offset + start * rowBytes, length: count * rowBytes };
}
