import type { Graph, GraphNode } from '../../workflows/graph.ts';

/**
 * The wanted nodes and all that they need, each once and after everything that it links to.
 * Depth first, so that one wanted node is complete before the next begins. Throws on a cycle or
 * a link to nowhere: validation has refused both.
 */
export function ancestorsInOrder(graph: Graph, wanted: readonly string[]): GraphNode[] {
  const order: GraphNode[] = [];
  const states = new Map<string, 'open' | 'done'>();
  const stack = wanted.toReversed();
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const state = states.get(id);
    if (state === undefined) {
      states.set(id, 'open');
      pushUpstream(graph, id, states, stack);
      continue;
    }
    stack.pop();
    if (state === 'open') {
      states.set(id, 'done');
      order.push(nodeOf(graph, id));
    }
  }
  return order;
}

function pushUpstream(graph: Graph, id: string, states: ReadonlyMap<string, 'open' | 'done'>, stack: string[]): void {
  const { inputs } = nodeOf(graph, id);
  // The last is pushed first, so that the first is taken first.
  for (const name of Object.keys(inputs).reverse()) {
    const input = inputs[name];
    if (input.kind !== 'link') continue;
    const state = states.get(input.node);
    if (state === 'open') throw new Error(`node ${id} is part of a cycle through its input ${name}`);
    if (state === undefined) stack.push(input.node);
  }
}

function nodeOf(graph: Graph, id: string): GraphNode {
  const node = graph.nodes.get(id);
  if (node === undefined) throw new Error(`there is no node ${id} in the graph`);
  return node;
}
