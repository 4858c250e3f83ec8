import { elementCount } from '../tensor.ts';
import type { NodeProto } from './proto.ts';
import { type Fact, inferShape } from './shapes.ts';

/** Operators that give out what they were given, under another shape or name. */
const aliases: ReadonlySet<string> = new Set(['Reshape', 'Identity', 'Unsqueeze', 'Squeeze']);

/** Operators that may write over their first input when nothing else reads it. */
const inPlace: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div', 'LeakyRelu', 'QuickGelu', 'Gelu', 'Sigmoid', 'Erf', 'Softmax']);

/** The shapes of a network's inputs by name. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** The function, computed once for the same shapes: those of a network's inputs stay the same from step to step. */
export function onceForShapes(compute: (shapes: Shapes) => number): (shapes: Shapes) => number {
  const known = new Map<string, number>();
  return (shapes) => {
    const key = JSON.stringify(shapes);
    const result = known.get(key) ?? compute(shapes);
    known.set(key, result);
    return result;
  };
}

type Buffer = { readonly bytes: number; readers: number; alive: boolean };

/**
 * The most bytes of computed values that are alive at once while the nodes run in their order. A value lives from the node that
 * makes it to the last one that reads it; `facts` holds the graph's inputs and weights, which are not counted.
 */
export function peakLiveBytes(nodes: readonly NodeProto[], given: ReadonlyMap<string, Fact>): number {
  const facts = new Map(given);
  const readers = countReaders(nodes);
  const buffers = new Map<string, Buffer>();
  let live = 0;
  let peak = 0;
  for (const node of nodes) {
    const fact = inferShape(
      node,
      node.inputs.map((name) => facts.get(name)),
    );
    const bytes = fact.size * elementCount(fact.dims);
    const reused = reusedBuffer(node, bytes, buffers);
    for (const output of node.outputs) {
      facts.set(output, fact);
      const uses = readers.get(output) ?? 0;
      if (reused === undefined) {
        buffers.set(output, { bytes, readers: uses, alive: true });
        live += bytes;
      } else {
        reused.readers += uses;
        buffers.set(output, reused);
      }
    }
    peak = Math.max(peak, live + workBytes(node, bytes));
    for (const name of [...node.inputs, ...node.outputs.filter((output) => !readers.has(output))]) {
      const buffer = buffers.get(name);
      if (buffer?.alive !== true) continue;
      if (readers.has(name)) buffer.readers -= 1;
      if (buffer.readers > 0) continue;
      buffer.alive = false;
      live -= buffer.bytes;
    }
  }
  return peak;
}

function countReaders(nodes: readonly NodeProto[]): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  for (const name of nodes.flatMap(({ inputs }) => inputs)) readers.set(name, (readers.get(name) ?? 0) + 1);
  return readers;
}

function reusedBuffer({ op, inputs: [first] }: NodeProto, bytes: number, buffers: ReadonlyMap<string, Buffer>): Buffer | undefined {
  const buffer = buffers.get(first);
  if (buffer === undefined) return undefined;
  if (aliases.has(op)) return buffer;
  return inPlace.has(op) && buffer.readers === 1 && buffer.bytes === bytes ? buffer : undefined;
}

/** What an operator takes beside its inputs and outputs: fused attention copies query, key and value head by head. */
function workBytes({ op }: NodeProto, outputBytes: number): number {
  return op === 'MultiHeadAttention' ? 3 * outputBytes : 0;
}
