import type { InputSpec } from '../nodes/define.ts';
import { ProblemError } from '../nodes/problem.ts';
import { suggestName } from './advice.ts';
import { checkValue, quote } from './check-value.ts';
import type { Catalog, FieldValue } from './graph.ts';
import { titleOf } from './node-names.ts';
import { own } from './own.ts';
import type { Workflow } from './schema.ts';
import { catalogOf } from './subgraph-catalog.ts';

type FieldSpec = Exclude<InputSpec, { kind: 'socket' }>;

/**
 * A copy of a workflow with a field set to a value given as text, as `--set NODE.INPUT=VALUE` does.
 *
 * `target` is NODE.INPUT, where NODE is an id, or else a title or a type that only one node has. The text is read as
 * the field wants it: a number, true or false, or as it is. A link to the field is replaced. Throws a ProblemError
 * that says what there is if the target doesn't exist or is ambiguous, or if the value isn't right for it.
 */
export function setInput(workflow: Workflow, target: string, text: string, common: Catalog): Workflow {
  const catalog = catalogOf(workflow, common);
  const dot = target.lastIndexOf('.');
  if (dot < 1 || dot === target.length - 1) {
    throw new ProblemError({
      what: `${quote(target)} names no input of a node.`,
      fix: 'Write NODE.INPUT, such as KSampler.seed or 3.seed.',
    });
  }
  const id = findNode(workflow, catalog, target.slice(0, dot));
  const name = target.slice(dot + 1);
  const node = workflow.nodes[id];
  const value = parseField(fieldOf(workflow, catalog, id, name), name, text);
  if ('fault' in value) throw new ProblemError({ node: id, input: name, ...value.fault });
  return { ...workflow, nodes: { ...workflow.nodes, [id]: { ...node, inputs: { ...node.inputs, [name]: value.value } } } };
}

/** The id of the node that a person means by an id, a title or a type. */
function findNode(workflow: Workflow, catalog: Catalog, wanted: string): string {
  if (own(workflow.nodes, wanted) !== undefined) return wanted;
  const nodes = Object.entries(workflow.nodes);
  const titled = nodes.filter(([, { title }]) => title === wanted);
  const found = titled.length > 0 ? titled : nodes.filter(([, { type }]) => type === wanted);
  if (found.length === 1) return found[0][0];
  if (found.length > 1) {
    const labels = found.map(([id, node]) => `node ${id} (${quote(titleOf(node, catalog.get(node.type)))})`);
    throw new ProblemError({
      what: `${quote(wanted)} may be any of ${labels.join(', ')}.`,
      fix: `Name one by its id, such as ${found[0][0]}.`,
    });
  }
  const names = nodes.flatMap(([id, { title, type }]) => [id, type, ...(title === undefined ? [] : [title])]);
  const fix = suggestName(wanted, [...new Set(names)]) ?? 'Name a node by its id, its title or its type.';
  throw new ProblemError({ what: `The workflow has no node ${quote(wanted)}.`, fix });
}

function fieldOf(workflow: Workflow, catalog: Catalog, id: string, name: string): FieldSpec {
  const { type } = workflow.nodes[id];
  const description = catalog.get(type);
  if (description === undefined) {
    const fix = suggestName(type, [...catalog.keys()]);
    throw new ProblemError({ node: id, what: `There is no node type ${quote(type)}.`, fix });
  }
  const spec = own(description.inputs, name);
  if (spec === undefined) {
    const fix = suggestName(name, Object.keys(description.inputs)) ?? `${type} has no inputs.`;
    throw new ProblemError({ node: id, input: name, what: `${type} has no input ${quote(name)}.`, fix });
  }
  if (spec.kind !== 'socket') return spec;
  const fields = Object.keys(description.inputs).filter((field) => description.inputs[field].kind !== 'socket');
  const fix = fields.length > 0 ? `These inputs of the node take values: ${fields.join(', ')}.` : 'No input of this node takes a value.';
  throw new ProblemError({ node: id, input: name, what: `${name} takes a link that brings ${spec.type}, not a value.`, fix });
}

type Parsed = { readonly value: FieldValue } | { readonly fault: NonNullable<ReturnType<typeof checkValue>> };

function parseField(spec: FieldSpec, name: string, text: string): Parsed {
  const value = readField(spec, text);
  const fault = checkValue(name, spec, value);
  return fault === undefined ? { value } : { fault };
}

/** The value that a text stands for; a text that can't be read stays text, which checkValue refuses. */
function readField(spec: FieldSpec, text: string): FieldValue {
  const word = text.trim();
  switch (spec.kind) {
    case 'int':
    case 'seed': {
      if (!/^[+-]?\d{1,40}$/.test(word)) return readNumber(word) ?? text;
      const exact = BigInt(word.replace('+', ''));
      const number = Number(exact);
      return Number.isSafeInteger(number) ? number : exact;
    }
    case 'float':
      return readNumber(word) ?? text;
    case 'boolean':
      return word === 'true' || (word !== 'false' && text);
    case 'text':
    case 'combo':
    case 'file':
      return text;
  }
}

function readNumber(word: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word) ? Number(word) : undefined;
}
