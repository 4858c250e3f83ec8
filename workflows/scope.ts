import { own } from './own.ts';
import type { Subgraph, Workflow } from './schema.ts';
import { containsItself } from './subgraph-order.ts';
import { subgraphOfType } from './subgraph-types.ts';

/** The way to the graph that is looked at: ids of nodes that stand for subgraphs, from the outermost on. */
export type Scope = readonly string[];

/** A graph, be it a workflow's own or a subgraph's. */
export type GraphPart = Pick<Workflow, 'nodes' | 'groups' | 'notes'>;

/** The id of the subgraph to which a scope leads; undefined for the workflow itself and for ways that lead nowhere. */
export function subgraphAt(workflow: Workflow, scope: Scope): string | undefined {
  let graph: GraphPart = workflow;
  let found: string | undefined;
  for (const id of scope) {
    found = subgraphOfType(own(graph.nodes, id)?.type ?? '');
    const inner: Subgraph | undefined = found === undefined ? undefined : own(workflow.subgraphs ?? {}, found);
    if (inner === undefined) return undefined;
    graph = inner;
  }
  return found;
}

/** The graph at a scope; where the way ends early, the last one that there is. */
export function graphAt(workflow: Workflow, scope: Scope): GraphPart {
  const id = subgraphAt(workflow, validScope(workflow, scope));
  return id === undefined ? workflow : (own(workflow.subgraphs ?? {}, id) ?? workflow);
}

/** As much of a scope as leads somewhere. */
export function validScope(workflow: Workflow, scope: Scope): Scope {
  for (let length = scope.length; length > 0; length--) {
    if (subgraphAt(workflow, scope.slice(0, length)) !== undefined) return length === scope.length ? scope : scope.slice(0, length);
  }
  return scope.length === 0 ? scope : [];
}

/** The graph at a scope as a workflow of its own, for what works on workflows; it has all subgraphs. */
export function focus(workflow: Workflow, scope: Scope): Workflow {
  const graph = graphAt(workflow, scope);
  if (graph === workflow) return workflow;
  return {
    format: workflow.format,
    version: workflow.version,
    nodes: graph.nodes,
    groups: graph.groups,
    notes: graph.notes,
    subgraphs: workflow.subgraphs,
  };
}

/**
 * Changes the graph at a scope; what the change does to the subgraphs is kept as well. A change by which a subgraph
 * would come to contain itself is not made.
 */
export function changeAt(workflow: Workflow, scope: Scope, change: (focused: Workflow) => Workflow): Workflow {
  const id = subgraphAt(workflow, validScope(workflow, scope));
  if (id === undefined) return change(workflow);
  const focused = focus(workflow, scope);
  const changed = change(focused);
  if (changed === focused) return workflow;
  const definition = own(changed.subgraphs ?? {}, id);
  if (definition === undefined) return workflow;
  const { nodes, groups, notes } = changed;
  const subgraphs = { ...changed.subgraphs, [id]: withGraph(definition, { nodes, groups, notes }) };
  return containsItself(subgraphs) && !containsItself(workflow.subgraphs ?? {}) ? workflow : { ...workflow, subgraphs };
}

/** A subgraph with another graph inside; parts that the graph hasn't are left out, not set to undefined. */
function withGraph({ nodes: _nodes, groups: _groups, notes: _notes, ...rest }: Subgraph, { nodes, groups, notes }: GraphPart): Subgraph {
  return { ...rest, nodes, ...(groups !== undefined && { groups }), ...(notes !== undefined && { notes }) } as Subgraph;
}
