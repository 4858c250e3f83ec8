import type { Problem } from '../nodes/problem.ts';
import { own } from './own.ts';
import { isLink, type Workflow } from './schema.ts';
import type { GraphPart } from './scope.ts';
import { inputsType, subgraphOf } from './subgraph-types.ts';

/** Where a problem shows: a node by its way (`outer/inner`), and the input of it that is to blame. */
export type ProblemPlace = { readonly path: string; readonly input?: string };

/**
 * All places at which a problem shows, the innermost first: the node that has it, and each node around it that stands
 * for a subgraph; there at the input too, if the one to blame is promoted to it. None for a problem of no node.
 */
export function placesOf(workflow: Workflow, { node: path, input }: Problem): ProblemPlace[] {
  if (path === undefined) return [];
  const way = graphsAlong(workflow, path);
  if (way === undefined) return [{ path, input }];
  const places: ProblemPlace[] = [];
  let at = input;
  for (const { graph, id, path: here } of way.toReversed()) {
    places.push({ path: here, ...(at !== undefined && { input: at }) });
    at = at === undefined ? undefined : portOf(graph, id, at);
  }
  return places;
}

type Stop = { readonly graph: GraphPart; readonly id: string; readonly path: string };

/** The nodes on the way that a path names, each with the graph that it is in; undefined if there is no such way. */
function graphsAlong(workflow: Workflow, path: string): Stop[] | undefined {
  if (own(workflow.nodes, path) !== undefined) return [{ graph: workflow, id: path, path }];
  const stops: Stop[] = [];
  let graph: GraphPart | undefined = workflow;
  for (const id of path.split('/')) {
    const node = graph === undefined ? undefined : own(graph.nodes, id);
    if (graph === undefined || node === undefined) return undefined;
    stops.push({ graph, id, path: [...stops.map((stop) => stop.id), id].join('/') });
    graph = subgraphOf(workflow, node.type);
  }
  return stops;
}

/** The subgraph's own input to which an input of a node inside is promoted. */
function portOf({ nodes }: GraphPart, id: string, input: string): string | undefined {
  const value = own(nodes[id].inputs, input);
  if (value === undefined || !isLink(value)) return undefined;
  const [source, output] = value.link;
  return own(nodes, source)?.type === inputsType ? output : undefined;
}
