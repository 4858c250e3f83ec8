import { isAbsolute, normalize, sep } from 'node:path';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ProblemError } from '../../problem.ts';

/** An input or output of a graph. A size that is free, or only named, is undefined. */
export type GraphValue = { readonly name: string; readonly type: number; readonly dims: readonly (number | undefined)[] };

/** What a person's ONNX file takes and gives, after it has been found to be harmless. */
export type GraphSummary = {
  /** Without the weights, which old files list as inputs. */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Of the weights in files beside it, in bytes as far as they say so. */
  readonly externalBytes: number;
};

/** The kinds of floats by TensorProto.DataType. */
export const onnxFloats: ReadonlyMap<number, 'float32' | 'float16'> = new Map([
  [1, 'float32'],
  [10, 'float16'],
]);

/** ONNX Runtime's own operator sets. The domains of functions that the file itself defines count too. */
const knownDomains: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']);
/** Operators of known sets that load programs for special hardware. */
const refusedOperators: ReadonlySet<string> = new Set(['EPContext']);
const deepest = 32;

/**
 * Reads an .onnx file (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose field numbers are used here) without running it.
 * Throws a ProblemError if it is no ONNX file, if it points to weights outside of its folder, or if it asks for operators that are
 * not ONNX Runtime's own: those would be a program of somebody else.
 */
export function scanOnnx(file: Uint8Array, name: string): GraphSummary {
  const scan = new Scan(name);
  try {
    return scan.model(file);
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw new ProblemError({ what: `The file "${name}" is not a whole ONNX file.`, fix: 'Download it again.' }, { cause });
  }
}

type Field = { readonly number: number; readonly bytes: Uint8Array } | { readonly number: number; readonly integer: number };

/** The fields of a message that hold integers, texts or messages. Throws on bytes that are no message. */
function* fields(message: Uint8Array): Iterable<Field> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (wire === WireType.LengthDelimited) yield { number, bytes: reader.bytes() };
    else if (wire === WireType.Varint) yield { number, integer: Number(reader.int64()) };
    else reader.skip(wire);
  }
}

/** The messages or texts in the field `number`. */
function* parts(message: Uint8Array, ...numbers: readonly number[]): Iterable<Uint8Array> {
  for (const field of fields(message)) if (numbers.includes(field.number) && 'bytes' in field) yield field.bytes;
}

// Where a field that can be there once is there twice, the last one counts for every reader of protobuf.

function textOf(message: Uint8Array, number: number): string {
  const bytes = [...parts(message, number)].at(-1);
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}

function integerOf(message: Uint8Array, number: number): number | undefined {
  let found: number | undefined;
  for (const field of fields(message)) if (field.number === number && 'integer' in field) found = field.integer;
  return found;
}

/** One walk over one file. */
class Scan {
  readonly #name: string;
  readonly #domains = new Set(knownDomains);
  #externalBytes = 0;

  constructor(name: string) {
    this.#name = name;
  }

  model(file: Uint8Array): GraphSummary {
    // ONNX Runtime takes a file with this mark for one in its own format, whatever else it may be.
    if (Buffer.from(file.subarray(4, 8)).toString('latin1') === 'ORTM') throw new Error('not in the ONNX format');
    const functions = [...parts(file, 25)];
    for (const own of functions) this.#domains.add(textOf(own, 10));
    for (const own of functions) {
      this.#nodes(parts(own, 7), 0);
      for (const attribute of parts(own, 11)) this.#attribute(attribute, 0);
    }
    const [graph, ...others] = parts(file, 7);
    if (graph === undefined || others.length > 0) throw new Error('not one graph');
    this.#graph(graph, 0);
    const weights = new Set([...parts(graph, 5)].map((tensor) => textOf(tensor, 8)));
    const values = (number: number) => [...parts(graph, number)].map(graphValue);
    const inputs = values(11).filter((input) => !weights.has(input.name));
    return { inputs, outputs: values(12), externalBytes: this.#externalBytes };
  }

  #graph(graph: Uint8Array, depth: number): void {
    if (depth > deepest) throw new Error('graphs inside graphs without end');
    for (const tensor of parts(graph, 5)) this.#tensor(tensor);
    for (const sparse of parts(graph, 15)) this.#sparse(sparse);
    this.#nodes(parts(graph, 1), depth);
  }

  #nodes(nodes: Iterable<Uint8Array>, depth: number): void {
    for (const node of nodes) {
      const [operator, domain] = [textOf(node, 4), textOf(node, 7)];
      if (!this.#domains.has(domain) || refusedOperators.has(operator)) throw this.#foreign(operator, domain);
      for (const attribute of parts(node, 5)) this.#attribute(attribute, depth);
    }
  }

  #attribute(attribute: Uint8Array, depth: number): void {
    for (const tensor of parts(attribute, 5, 10)) this.#tensor(tensor);
    for (const sparse of parts(attribute, 22, 23)) this.#sparse(sparse);
    for (const graph of parts(attribute, 6, 11)) this.#graph(graph, depth + 1);
  }

  #sparse(sparse: Uint8Array): void {
    for (const tensor of parts(sparse, 1, 2)) this.#tensor(tensor);
  }

  #tensor(tensor: Uint8Array): void {
    for (const entry of parts(tensor, 13)) {
      const [key, value] = [textOf(entry, 1), textOf(entry, 2)];
      if (key === 'location' && !staysInside(value)) throw this.#outside(value);
      if (key === 'length') this.#externalBytes += Number(value);
    }
  }

  #foreign(operator: string, domain: string): ProblemError {
    return new ProblemError({
      what: `The file "${this.#name}" asks for the operator "${operator}" of "${domain}", which is a program that does not come with ONNX Runtime.`,
      fix: 'Choose a version of the model that uses the standard operators only.',
    });
  }

  #outside(location: string): ProblemError {
    return new ProblemError({
      what: `The file "${this.#name}" wants to read "${location}", which lies outside of its own folder.`,
      fix: 'Choose a version of the model that is one file, or whose files lie together.',
    });
  }
}

/** Whether a path, read on any system, leads to a place below the folder that it is relative to. */
function staysInside(location: string): boolean {
  const path = location.replaceAll('\\', '/');
  if (path === '' || isAbsolute(path) || /^[a-z]:/i.test(path) || path.startsWith('/')) return false;
  return !normalize(path).split(sep).includes('..');
}

function graphValue(value: Uint8Array): GraphValue {
  const [type] = parts(value, 2);
  const [tensor] = type === undefined ? [] : parts(type, 1);
  const [shape] = tensor === undefined ? [] : parts(tensor, 2);
  const dims = shape === undefined ? [] : [...parts(shape, 1)].map((dim) => integerOf(dim, 1));
  return { name: textOf(value, 1), type: tensor === undefined ? 0 : (integerOf(tensor, 1) ?? 0), dims };
}
