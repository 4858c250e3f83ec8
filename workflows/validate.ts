import type { NodeDescription } from '../nodes/define.ts';
import type { Problem } from '../nodes/problem.ts';
import { createSourceAdvice, pathText, suggestName } from './advice.ts';
import { checkValue, quote } from './check-value.ts';
import { ancestors, findCycles } from './cycles.ts';
import { expand } from './expand.ts';
import type { FileNames } from './file-names.ts';
import type { Catalog, Graph } from './graph.ts';
import { createNodeLabels } from './node-names.ts';
import { own } from './own.ts';
import { resolve } from './resolve.ts';
import { isLink, type Workflow, type WorkflowLink, type WorkflowNode } from './schema.ts';
import { catalogOf } from './subgraph-catalog.ts';
import { createTracer, type Source } from './trace.ts';
import { fitsInput, typeOfInput } from './types-fit.ts';
import { type Check, checkFile, type InputPlace, missingInput } from './validate-needs.ts';

/**
 * Every problem that keeps a workflow from running, in the order of its nodes; none if it can run.
 *
 * Muted nodes are not looked at, and of bypassed ones only their types and links. A node that leads to no output node
 * never runs: it may be unfinished (inputs and files missing), but nothing in it may be wrong. Files are looked up only
 * if their names are given. Of a node inside a subgraph the id is `outer/inner`.
 */
export function validate(given: Workflow, catalog: Catalog, files?: FileNames): Problem[] {
  const { workflow, problems } = expand(given, catalog);
  const graph = resolve(workflow, catalog);
  const sources = linksOf(graph);
  const outputs = [...graph.nodes.values()].filter((node) => catalog.get(node.type)?.output).map(({ id }) => id);
  const runs = outputs.length === 0 ? new Set(graph.nodes.keys()) : ancestors(outputs, sources);
  // People see a subgraph as one node: sentences name it, and advise to link to it.
  const shown = { ...workflow, nodes: { ...given.nodes, ...workflow.nodes } };
  const shownCatalog = catalogOf(given, catalog);
  const label = createNodeLabels(shown, shownCatalog);
  const check = {
    workflow,
    catalog,
    files,
    runs,
    label,
    trace: createTracer(workflow, catalog),
    adviseSource: createSourceAdvice(shown, shownCatalog, label),
  };
  return [
    ...problems,
    ...Object.entries(workflow.nodes).flatMap(([id, node]) => checkNode(check, id, node)),
    ...findCycles(sources).map((cycle) => cycleProblem(check, cycle)),
    ...(outputs.length === 0 ? [noOutput(check)] : []),
  ];
}

function linksOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const linked = [...graph.nodes.values()].map(({ id, inputs }): [string, string[]] => [
    id,
    Object.values(inputs).flatMap((input) => (input.kind === 'link' ? [input.node] : [])),
  ]);
  return new Map(linked);
}

function checkNode(check: Check, id: string, node: WorkflowNode): Problem[] {
  if (node.mode === 'muted') return [];
  const description = check.catalog.get(node.type);
  if (description === undefined) return [unknownType(check.catalog, id, node)];
  const written = checkWritten(check, id, node, description);
  if (node.mode === 'bypassed') return written;
  const faulty = new Set(written.map(({ input }) => input));
  const inputs = Object.entries(description.inputs).filter(([name]) => !faulty.has(name));
  return [...written, ...inputs.flatMap(([name, spec]) => checkInput(check, { id, name, spec }))];
}

/** What is wrong with the entries of `inputs` as they are written: names and ends of links. */
function checkWritten(check: Check, id: string, node: WorkflowNode, description: NodeDescription): Problem[] {
  return Object.entries(node.inputs).flatMap(([name, input]): Problem[] => {
    const spec = own(description.inputs, name);
    if (spec === undefined) {
      const fix = suggestName(name, Object.keys(description.inputs)) ?? 'Delete it.';
      return [{ node: id, input: name, what: `${description.type} has no input ${quote(name)}.`, fix }];
    }
    if (isLink(input)) return checkLink(check, { id, name, spec }, input);
    if (spec.kind !== 'socket') return [];
    const what = `${name} holds a value, but takes only a link that brings ${spec.type}.`;
    return [{ node: id, input: name, what, fix: check.adviseSource(id, spec) }];
  });
}

function checkLink({ workflow, catalog, label, adviseSource }: Check, { id, name, spec }: InputPlace, link: WorkflowLink): Problem[] {
  const [from, output] = link.link;
  const source = own(workflow.nodes, from);
  if (source === undefined) {
    const what = `${name} is linked to node ${quote(from)}, which does not exist.`;
    return [{ node: id, input: name, what, fix: adviseSource(id, spec) }];
  }
  const description = catalog.get(source.type);
  // That a type is unknown is said once, at its node.
  if (description === undefined || source.mode === 'muted') return [];
  const declared = own(description.outputs, output);
  if (declared === undefined) {
    const what = `${name} is linked to the output ${quote(output)} of ${label(from)}, which has no such output.`;
    return [{ node: id, input: name, what, fix: adviseSource(id, spec, from) }];
  }
  if (fitsInput(declared.type, spec)) return [];
  const what = `${name} takes ${typeOfInput(spec)}, but its link brings ${declared.type} from ${label(from)}.`;
  return [{ node: id, input: name, what, fix: adviseSource(id, spec, from) }];
}

/** What is wrong with what an input of an active node gets in the end. */
function checkInput(check: Check, place: InputPlace): Problem[] {
  const { id, name, spec } = place;
  const source = check.trace(id, name, spec);
  switch (source.kind) {
    case 'link':
      return checkSource(check, place, source);
    case 'nothing':
      return missingInput(check, place, source.reason);
    case 'value': {
      if (spec.kind === 'socket') return [];
      const fault = checkValue(name, spec, source.value) ?? (check.runs.has(id) ? checkFile(spec, source.value, check.files) : undefined);
      if (fault === undefined) return [];
      const origin = source.holder === id ? '' : ` The value comes from ${check.label(source.holder)}.`;
      return [{ node: id, input: name, ...fault, what: `${fault.what}${origin}` }];
    }
  }
}

/**
 * That the source's type fits is known: links fit where they are written, also those of bypassed nodes, and these hand
 * on what fits their outputs.
 */
function checkSource({ label }: Check, { id, name, spec }: InputPlace, source: Source & { kind: 'link' }): Problem[] {
  if (spec.kind !== 'file') return [];
  const what = `${name} names a file, which must be known before the run, but ${label(source.node)} works its text out during the run.`;
  return [{ node: id, input: name, what, fix: 'Choose the file here, or link to a constant text.' }];
}

function unknownType(catalog: Catalog, id: string, { type }: WorkflowNode): Problem {
  const suggestion = suggestName(type, [...catalog.keys()]);
  return {
    node: id,
    what: `There is no node type ${quote(type)}.`,
    fix: suggestion ?? 'Replace the node or delete it; the catalog of nodes lists all types.',
  };
}

function cycleProblem({ label }: Check, cycle: readonly string[]): Problem {
  return { node: cycle[0], what: `Links run in a circle: ${pathText(label, cycle)}.`, fix: 'Remove one of these links.' };
}

function noOutput({ workflow, catalog, label }: Check): Problem {
  const what = 'Nothing in this workflow asks for a result: it has no active output node.';
  const silenced = Object.entries(workflow.nodes).find(
    ([, { type, mode }]) => (mode ?? 'active') !== 'active' && catalog.get(type)?.output,
  );
  if (silenced !== undefined) return { what, fix: `Activate ${label(silenced[0])}, which is ${silenced[1].mode}.` };
  const outputs = [...catalog.values()].filter(({ output }) => output);
  const example = (outputs.find(({ type }) => type === 'SaveImage') ?? outputs.at(0))?.title;
  return { what, fix: `Add an output node${example === undefined ? '' : `, such as ${example},`} and link your picture to it.` };
}
