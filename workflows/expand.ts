import type { Problem } from '../nodes/problem.ts';
import type { Catalog } from './graph.ts';
import { own } from './own.ts';
import { reroutePort, rerouteType } from './reroute.ts';
import { isLink, type Subgraph, type Workflow, type WorkflowInput, type WorkflowNode } from './schema.ts';
import { catalogOf } from './subgraph-catalog.ts';
import { inputsType, isBorder, outputsType, subgraphOf } from './subgraph-types.ts';
import { bypassInput, defaultOf } from './trace.ts';

/** More nodes than this come only from subgraphs that multiply. */
const maxNodes = 100_000;
const maxDepth = 32;

/** A workflow of nodes that run, and what kept others from being expanded. */
export type Expanded = { readonly workflow: Workflow; readonly problems: readonly Problem[] };

/** A graph to be expanded: the workflow's own, or a subgraph's for one of the nodes that stand for it. */
type Context = {
  readonly nodes: Workflow['nodes'];
  /** Before the ids of its nodes: empty, or ending in a slash. */
  readonly prefix: string;
  readonly depth: number;
  /** The node that stands for it, within the graph around it. */
  readonly outer?: { readonly context: Context; readonly node: WorkflowNode; readonly definition: Subgraph };
  readonly muted: boolean;
};

/**
 * A workflow without subgraphs and reroutes: in place of each node that stands for a subgraph there are the nodes
 * inside, with the ids `outer/inner`, and links go straight from what gives a value to what takes it.
 *
 * Takes any workflow and never throws. A subgraph that contains itself is left as a node, of a type that nobody knows.
 */
export function expand(workflow: Workflow, catalog: Catalog): Expanded {
  if (!needsExpanding(workflow)) return { workflow, problems: [] };
  const expansion = createExpansion(workflow, catalogOf(workflow, catalog));
  const { subgraphs: _subgraphs, ...rest } = workflow;
  return { workflow: { ...rest, nodes: expansion.nodes }, problems: expansion.problems };
}

function needsExpanding(workflow: Workflow): boolean {
  if (workflow.subgraphs !== undefined && Object.keys(workflow.subgraphs).length > 0) return true;
  return Object.values(workflow.nodes).some(({ type }) => type === rerouteType || isBorder(type));
}

/** The nodes of an expanded workflow that a node of the workflow stands for: itself, or all that is inside. */
export function insideOf(expanded: Workflow, id: string): string[] {
  if (own(expanded.nodes, id) !== undefined) return [id];
  return Object.keys(expanded.nodes).filter((path) => path.startsWith(`${id}/`));
}

function createExpansion(workflow: Workflow, catalog: Catalog): { nodes: Workflow['nodes']; problems: Problem[] } {
  const nodes: Workflow['nodes'] = {};
  const problems: Problem[] = [];
  const definitionOf = ({ type }: WorkflowNode) => (catalog.has(type) ? subgraphOf(workflow, type) : undefined);
  const follow = createFollow(catalog, definitionOf, problems);
  const queue: Context[] = [{ nodes: workflow.nodes, prefix: '', depth: 0, muted: false }];
  let count = 0;

  const enter = (context: Context, id: string, node: WorkflowNode, definition: Subgraph): void => {
    if (node.mode === 'bypassed') return;
    if (context.depth === maxDepth) problems.push(tooDeep(context.prefix + id));
    else queue.push(innerContext(context, id, node, definition));
  };

  const emit = (context: Context, id: string, node: WorkflowNode): void => {
    const path = context.prefix + id;
    if (Object.hasOwn(nodes, path)) problems.push(twice(path));
    else nodes[path] = { ...node, inputs: inputsOf(follow, catalog, context, node), ...(context.muted && { mode: 'muted' as const }) };
  };

  for (const context of queue) {
    for (const [id, node] of Object.entries(context.nodes)) {
      if (node.type === rerouteType || isBorder(node.type)) continue;
      if (count++ >= maxNodes) return { nodes, problems: [...problems, tooMany()] };
      const definition = definitionOf(node);
      if (definition === undefined) emit(context, id, node);
      else enter(context, id, node, definition);
    }
  }
  return { nodes, problems };
}

function innerContext(context: Context, id: string, node: WorkflowNode, definition: Subgraph): Context {
  return {
    nodes: definition.nodes,
    prefix: `${context.prefix}${id}/`,
    depth: context.depth + 1,
    outer: { context, node, definition },
    muted: context.muted || node.mode === 'muted',
  };
}

type Follow = (context: Context, input: WorkflowInput) => WorkflowInput | undefined;

function inputsOf(follow: Follow, catalog: Catalog, context: Context, node: WorkflowNode): WorkflowNode['inputs'] {
  const inputs: WorkflowNode['inputs'] = {};
  for (const [name, input] of Object.entries(node.inputs)) {
    const source = follow(context, input);
    if (source === undefined) continue;
    const spec = own(catalog.get(node.type)?.inputs ?? {}, name);
    // What a subgraph's field holds can't be handed to a socket inside.
    if (source === input || isLink(source) || spec?.kind !== 'socket') inputs[name] = source;
  }
  return inputs;
}

/** Follows an input through reroutes and in and out of subgraphs to the value, or to the output of a node that runs. */
function createFollow(catalog: Catalog, definitionOf: (node: WorkflowNode) => Subgraph | undefined, problems: Problem[]): Follow {
  /** Where each output leads that stands for something else. */
  const known = new Map<string, WorkflowInput | undefined>();
  return (start, first) => {
    const passed = new Set<string>();
    let at: Place | undefined = { context: start, input: first };
    const end = (source: WorkflowInput | undefined) => {
      for (const place of passed) known.set(place, source);
      return source;
    };
    while (at !== undefined && isLink(at.input)) {
      const [id, output] = at.input.link;
      const path = at.context.prefix + id;
      const place = JSON.stringify([path, output]);
      if (known.has(place)) return end(known.get(place));
      if (passed.has(place)) {
        problems.push({ node: path, what: 'Links run in a circle here.', fix: 'Remove one of these links.' });
        return end(undefined);
      }
      const next: Place | 'ends' | undefined = step(catalog, definitionOf, at.context, id, output);
      if (next === 'ends') return end(path === id ? at.input : { ...at.input, link: [path, output] });
      passed.add(place);
      at = next;
    }
    return end(at?.input);
  };
}

type Place = { readonly context: Context; readonly input: WorkflowInput };

/** What an output stands for: another input; nothing; or itself, where the way ends at a node that runs. */
function step(
  catalog: Catalog,
  definitionOf: (node: WorkflowNode) => Subgraph | undefined,
  context: Context,
  id: string,
  output: string,
): Place | 'ends' | undefined {
  const node = own(context.nodes, id);
  if (node === undefined) return 'ends';
  if (node.type === rerouteType) return node.mode === 'muted' ? undefined : placeOf(context, own(node.inputs, reroutePort));
  if (node.type === inputsType) return context.outer && placeOf(context.outer.context, givenTo(context.outer, output));
  const definition = definitionOf(node);
  if (definition === undefined) return 'ends';
  const description = catalog.get(node.type);
  if (description === undefined || own(description.outputs, output) === undefined) return 'ends';
  if (node.mode === 'bypassed') {
    const name = bypassInput(description, output);
    return name === undefined ? undefined : placeOf(context, own(node.inputs, name) ?? defaultOf(description.inputs[name]));
  }
  const border = Object.values(definition.nodes).find(({ type }) => type === outputsType);
  return placeOf(innerContext(context, id, node, definition), border && own(border.inputs, output));
}

function placeOf(context: Context, input: WorkflowInput | undefined): Place | undefined {
  return input === undefined ? undefined : { context, input };
}

/** What the node that stands for a subgraph has in an input, or what the subgraph has there by itself. */
function givenTo({ node, definition }: NonNullable<Context['outer']>, name: string): WorkflowInput | undefined {
  return own(node.inputs, name) ?? definition.inputs.find((port) => port.name === name)?.default;
}

function tooDeep(node: string): Problem {
  return { node, what: `Subgraphs lie inside each other more than ${maxDepth} levels deep.`, fix: 'Unpack some of them.' };
}

function tooMany(): Problem {
  return { what: `With its subgraphs this workflow has more than ${maxNodes} nodes.`, fix: 'Use fewer subgraphs that contain others.' };
}

function twice(node: string): Problem {
  return { node, what: `Two nodes have the id "${node}" once the subgraphs are expanded.`, fix: 'Give the one outside another id.' };
}
