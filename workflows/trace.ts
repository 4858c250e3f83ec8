import type { InputSpec, NodeDescription } from '../nodes/define.ts';
import type { Catalog, FieldValue } from './graph.ts';
import { own } from './own.ts';
import { isLink, type Workflow, type WorkflowInput, type WorkflowNode } from './schema.ts';
import { typeFits, typeOfInput } from './types-fit.ts';

/** Where an input's value comes from once muted and bypassed nodes and constants are taken into account. */
export type Source =
  /** `holder`: the node in whose field the value is written. */
  | { readonly kind: 'value'; readonly value: FieldValue; readonly holder: string }
  | { readonly kind: 'link'; readonly node: string; readonly output: string }
  | { readonly kind: 'nothing'; readonly reason: Gap };

/** Why nothing comes; `node` is the node at which the way ends. */
export type Gap =
  | { readonly kind: 'unset' }
  | { readonly kind: 'muted'; readonly node: string }
  /** A bypassed node has nothing to hand on to the output asked for. */
  | { readonly kind: 'bypassed'; readonly node: string }
  /** A node or output that does not exist, or a node of unknown type. */
  | { readonly kind: 'broken'; readonly node: string }
  /** Bypassed nodes or constants that are linked in a circle. */
  | { readonly kind: 'loop'; readonly nodes: readonly string[] };

type Step = { readonly holder: string; readonly input: WorkflowInput } | { readonly gap: Gap };

/** Follows the input of that name of the node of that id to its source. */
export type Tracer = (id: string, name: string, spec: InputSpec) => Source;

/**
 * A tracer for a workflow, valid or not. It remembers where ways through bypassed nodes and constants end, so that
 * tracing every input takes time in proportion to the links, however long the chains are.
 */
export function createTracer(workflow: Workflow, catalog: Catalog): Tracer {
  const known = { socket: new Map<string, Source>(), field: new Map<string, Source>() };
  return (id, name, spec) => {
    const input = own(own(workflow.nodes, id)?.inputs ?? {}, name);
    if (input === undefined) return { kind: 'nothing', reason: { kind: 'unset' } };
    return follow(workflow, catalog, { holder: id, input, spec, known: known[spec.kind === 'socket' ? 'socket' : 'field'] });
  };
}

type Way = { readonly holder: string; readonly input: WorkflowInput; readonly spec: InputSpec; readonly known: Map<string, Source> };

function follow(workflow: Workflow, catalog: Catalog, { holder, input, spec, known }: Way): Source {
  /** The outputs passed so far that stand for something else, with their nodes. */
  const passed = new Map<string, string>();
  const end = (source: Source): Source => {
    for (const place of passed.keys()) known.set(place, source);
    return source;
  };
  while (isLink(input)) {
    const [node, output] = input.link;
    const step = passOn(workflow, catalog, node, output, spec);
    if (step === undefined) return end({ kind: 'link', node, output });
    if ('gap' in step) return end({ kind: 'nothing', reason: step.gap });
    const place = JSON.stringify([node, output]);
    const remembered = known.get(place);
    if (remembered !== undefined) return end(remembered);
    if (passed.has(place)) {
      const start = [...passed.keys()].indexOf(place);
      return end({ kind: 'nothing', reason: { kind: 'loop', nodes: [...[...passed.values()].slice(start), node] } });
    }
    passed.set(place, node);
    ({ holder, input } = step);
  }
  return end({ kind: 'value', value: input, holder });
}

/** What stands in for an output of a node that will not run itself; undefined if the node runs. */
function passOn(workflow: Workflow, catalog: Catalog, id: string, output: string, spec: InputSpec): Step | undefined {
  const node = own(workflow.nodes, id);
  if (node === undefined) return { gap: { kind: 'broken', node: id } };
  if (node.mode === 'muted') return { gap: { kind: 'muted', node: id } };
  const description = catalog.get(node.type);
  if (description === undefined || own(description.outputs, output) === undefined) return { gap: { kind: 'broken', node: id } };
  if (node.mode === 'bypassed') {
    const name = bypassInput(description, output);
    const input = name === undefined ? undefined : inputOrDefault(node, description, name);
    // A socket takes links only, so a value in a bypassed node's field can't stand in for one.
    const usable = input !== undefined && (isLink(input) || spec.kind !== 'socket');
    return usable ? { holder: id, input } : { gap: { kind: 'bypassed', node: id } };
  }
  if (spec.kind === 'socket' || !description.constant) return undefined;
  const value = inputOrDefault(node, description, 'value');
  return value === undefined ? undefined : { holder: id, input: value };
}

/**
 * The input of a bypassed node that an output hands on: the socket in the output's place if its type connects, else
 * the first socket of the very type, else the first that connects, else the first such field.
 */
export function bypassInput(description: NodeDescription, output: string): string | undefined {
  const { type } = description.outputs[output];
  const inputs = Object.entries(description.inputs);
  const sockets = inputs.filter(([, spec]) => spec.kind === 'socket');
  const fields = inputs.filter(([, spec]) => spec.kind !== 'socket');
  const sameIndex = sockets[Object.keys(description.outputs).indexOf(output)];
  const candidates = [...(sameIndex === undefined ? [] : [sameIndex]), ...exactFirst(sockets, type), ...exactFirst(fields, type)];
  return candidates.find(([, spec]) => typeFits(typeOfInput(spec), type))?.[0];
}

function exactFirst(inputs: readonly (readonly [string, InputSpec])[], type: string) {
  const exact = inputs.filter(([, spec]) => typeOfInput(spec) === type);
  return [...exact, ...inputs];
}

function inputOrDefault(node: WorkflowNode, description: NodeDescription, name: string): WorkflowInput | undefined {
  const spec = own(description.inputs, name);
  return own(node.inputs, name) ?? (spec === undefined ? undefined : defaultOf(spec));
}

/** What a field holds that nobody has set; undefined for sockets and files. */
export function defaultOf(spec: InputSpec): FieldValue | undefined {
  return spec.kind === 'socket' || spec.kind === 'file' ? undefined : spec.default;
}
