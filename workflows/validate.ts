import type { InputSpec, NodeDescription } from '../nodes/define.ts';
import type { Problem } from '../nodes/problem.ts';
import { nodeLabel, suggestName, suggestSource } from './advice.ts';
import { checkValue } from './check-value.ts';
import { ancestors, findCycles } from './cycles.ts';
import type { FileNames } from './file-names.ts';
import type { Catalog, Graph } from './graph.ts';
import { own } from './own.ts';
import { resolve } from './resolve.ts';
import { isLink, type Workflow, type WorkflowLink, type WorkflowNode } from './schema.ts';
import { type Source, traceInput } from './trace.ts';
import { fitsInput, typeOfInput } from './types-fit.ts';
import { checkFile, missingInput } from './validate-needs.ts';

/** A node that is not muted, of a type that exists. */
type KnownNode = { readonly id: string; readonly node: WorkflowNode; readonly description: NodeDescription };

/**
 * Every problem that keeps a workflow from running, in the order of its nodes; none if it can run.
 *
 * Muted nodes are not looked at, and of bypassed ones only their types and links. A node that leads to no output node
 * never runs: it may be unfinished (inputs and files missing), but nothing in it may be wrong. Files are looked up only
 * if their names are given.
 */
export function validate(workflow: Workflow, catalog: Catalog, files?: FileNames): Problem[] {
  const graph = resolve(workflow, catalog);
  const sources = linksOf(graph);
  const outputs = [...graph.nodes.values()].filter((node) => catalog.get(node.type)?.output).map(({ id }) => id);
  const runs = outputs.length === 0 ? new Set(graph.nodes.keys()) : ancestors(outputs, sources);
  return [
    ...Object.entries(workflow.nodes).flatMap(([id, node]) => checkNode(workflow, catalog, id, node, { files, runs: runs.has(id) })),
    ...findCycles(sources).map((cycle) => cycleProblem(workflow, cycle)),
    ...(outputs.length === 0 ? [noOutput(workflow, catalog)] : []),
  ];
}

function linksOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const linked = [...graph.nodes.values()].map(({ id, inputs }): [string, string[]] => [
    id,
    Object.values(inputs).flatMap((input) => (input.kind === 'link' ? [input.node] : [])),
  ]);
  return new Map(linked);
}

type Scope = { readonly files?: FileNames; readonly runs: boolean };

function checkNode(workflow: Workflow, catalog: Catalog, id: string, node: WorkflowNode, scope: Scope): Problem[] {
  if (node.mode === 'muted') return [];
  const description = catalog.get(node.type);
  if (description === undefined) return [unknownType(catalog, id, node)];
  const known = { id, node, description };
  const written = checkWritten(workflow, catalog, known);
  if (node.mode === 'bypassed') return written;
  const faulty = new Set(written.map(({ input }) => input));
  const inputs = Object.entries(description.inputs).filter(([name]) => !faulty.has(name));
  return [...written, ...inputs.flatMap(([name, spec]) => checkInput(workflow, catalog, known, name, spec, scope))];
}

/** What is wrong with the entries of `inputs` as they are written: names and ends of links. */
function checkWritten(workflow: Workflow, catalog: Catalog, { id, node, description }: KnownNode): Problem[] {
  return Object.entries(node.inputs).flatMap(([name, input]): Problem[] => {
    const spec = own(description.inputs, name);
    if (spec === undefined) {
      const fix = suggestName(name, Object.keys(description.inputs)) ?? 'Delete it.';
      return [{ node: id, input: name, what: `${description.type} has no input ${JSON.stringify(name)}.`, fix }];
    }
    if (isLink(input)) return checkLink(workflow, catalog, { id, name, spec, link: input });
    if (spec.kind !== 'socket') return [];
    const fix = suggestSource(workflow, catalog, id, spec);
    return [{ node: id, input: name, what: `${name} holds a value, but takes only a link that brings ${spec.type}.`, fix }];
  });
}

type WrittenLink = { readonly id: string; readonly name: string; readonly spec: InputSpec; readonly link: WorkflowLink };

function checkLink(workflow: Workflow, catalog: Catalog, { id, name, spec, link }: WrittenLink): Problem[] {
  const [from, output] = link.link;
  const source = own(workflow.nodes, from);
  if (source === undefined) {
    const fix = suggestSource(workflow, catalog, id, spec);
    return [{ node: id, input: name, what: `${name} is linked to node ${JSON.stringify(from)}, which does not exist.`, fix }];
  }
  const description = catalog.get(source.type);
  // That a type is unknown is said once, at its node.
  if (description === undefined || source.mode === 'muted') return [];
  const declared = own(description.outputs, output);
  const label = nodeLabel(workflow, from);
  if (declared === undefined) {
    const what = `${name} is linked to the output ${JSON.stringify(output)} of ${label}, which has no such output.`;
    return [{ node: id, input: name, what, fix: suggestSource(workflow, catalog, id, spec, from) }];
  }
  if (fitsInput(declared.type, spec)) return [];
  const what = `${name} takes ${typeOfInput(spec)}, but its link brings ${declared.type} from ${label}.`;
  return [{ node: id, input: name, what, fix: suggestSource(workflow, catalog, id, spec, from) }];
}

/** What is wrong with what an input of a running node gets in the end. */
function checkInput(workflow: Workflow, catalog: Catalog, known: KnownNode, name: string, spec: InputSpec, scope: Scope): Problem[] {
  const { id } = known;
  const source = traceInput(workflow, catalog, id, name, spec);
  switch (source.kind) {
    case 'link':
      return checkSource(workflow, catalog, { id, name, spec, source });
    case 'nothing':
      return missingInput(workflow, catalog, { id, name, spec, gap: source.reason, runs: scope.runs });
    case 'value': {
      if (spec.kind === 'socket') return [];
      const fault = checkValue(name, spec, source.value) ?? (scope.runs ? checkFile(spec, source.value, scope.files) : undefined);
      if (fault === undefined) return [];
      const origin = source.holder === id ? '' : ` The value comes from ${nodeLabel(workflow, source.holder)}.`;
      return [{ node: id, input: name, ...fault, what: `${fault.what}${origin}` }];
    }
  }
}

type TracedLink = { readonly id: string; readonly name: string; readonly spec: InputSpec; readonly source: Source & { kind: 'link' } };

function checkSource(workflow: Workflow, catalog: Catalog, { id, name, spec, source }: TracedLink): Problem[] {
  const from = own(workflow.nodes, source.node);
  const type = catalog.get(from?.type ?? '')?.outputs[source.output].type;
  if (type === undefined) return [];
  const label = nodeLabel(workflow, source.node);
  if (!fitsInput(type, spec)) {
    const what = `${name} takes ${typeOfInput(spec)}, but past bypassed nodes it gets ${type} from ${label}.`;
    return [{ node: id, input: name, what, fix: suggestSource(workflow, catalog, id, spec, source.node) }];
  }
  if (spec.kind !== 'file') return [];
  const what = `${name} names a file, which must be known before the run, but ${label} works its text out during the run.`;
  return [{ node: id, input: name, what, fix: 'Choose the file here, or link to a constant text.' }];
}

function unknownType(catalog: Catalog, id: string, { type }: WorkflowNode): Problem {
  const suggestion = suggestName(type, [...catalog.keys()]);
  return {
    node: id,
    what: `There is no node type ${JSON.stringify(type)}.`,
    fix: suggestion ?? 'Replace the node or delete it; the catalog of nodes lists all types.',
  };
}

function cycleProblem(workflow: Workflow, cycle: readonly string[]): Problem {
  // Shown in the direction in which values flow.
  const labels = cycle.toReversed().map((id) => nodeLabel(workflow, id));
  const shown = labels.length > 12 ? [...labels.slice(0, 8), '...', ...labels.slice(-3)] : labels;
  return { node: cycle[0], what: `Links run in a circle: ${shown.join(' -> ')}.`, fix: 'Remove one of these links.' };
}

function noOutput(workflow: Workflow, catalog: Catalog): Problem {
  const outputTypes = [...catalog.values()].filter(({ output }) => output).map(({ type }) => type);
  const silenced = Object.entries(workflow.nodes).find(
    ([, { type, mode }]) => (mode ?? 'active') !== 'active' && outputTypes.includes(type),
  );
  return {
    what: 'Nothing in this workflow asks for a result: it has no active output node.',
    fix:
      silenced === undefined
        ? `Add an output node, such as ${outputTypes.includes('SaveImage') ? 'SaveImage' : outputTypes[0]}, and link your picture to it.`
        : `Activate ${nodeLabel(workflow, silenced[0])}, which is ${silenced[1].mode}.`,
  };
}
