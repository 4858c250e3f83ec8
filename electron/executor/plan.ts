import type { PreparedNode } from './prepare.ts';

/** Something to run: one node, for all nodes of the same content. */
export type Task = {
  readonly key: string;
  readonly node: PreparedNode;
  /** The ids of every node with this key, the one that runs among them: they share the result. */
  readonly ids: readonly string[];
  /** The keys, each once, of the values that it takes. */
  readonly needs: readonly string[];
};

export type CachedResult = { readonly key: string; readonly ids: readonly string[] };

export type Plan = {
  /** What runs, each after all that it needs. */
  readonly tasks: readonly Task[];
  /** What is there already and is wanted or taken by a task. */
  readonly cached: readonly CachedResult[];
  /** By key: how many tasks take that value. Once all have, its memory may be freed. */
  readonly consumers: ReadonlyMap<string, number>;
};

/** What a plan is made from: nodes that come after all that they link to, and their content keys. */
export type PlannedGraph = {
  readonly nodes: readonly PreparedNode[];
  readonly keys: ReadonlyMap<string, string>;
};

/**
 * Plans from the wanted results back to the first cached values: what lies behind those is neither run nor loaded.
 * `isCached` is asked once for each key that is wanted or needed.
 */
export function planRun(graph: PlannedGraph, wanted: readonly string[], isCached: (key: string) => boolean): Plan {
  const groups = groupByKey(graph);
  const needed = new Set(wanted.map((id) => keyOf(graph, id)));
  const tasks: Task[] = [];
  const cached: CachedResult[] = [];
  const consumers = new Map<string, number>();
  for (const { key, node, ids } of groups.toReversed()) {
    if (!needed.has(key)) continue;
    if (isCached(key)) {
      cached.push({ key, ids });
      continue;
    }
    const needs = needsOf(graph, node);
    for (const need of needs) {
      needed.add(need);
      consumers.set(need, (consumers.get(need) ?? 0) + 1);
    }
    tasks.push({ key, node, ids, needs });
  }
  return { tasks: tasks.reverse(), cached: cached.reverse(), consumers };
}

type Group = { readonly key: string; readonly node: PreparedNode; readonly ids: string[] };

/**
 * Nodes of one key as one, at the place of the first: what the first links to, or its equal, comes before it,
 * while a later node of the group may follow something that needs the group.
 */
function groupByKey(graph: PlannedGraph): Group[] {
  const groups = new Map<string, Group>();
  for (const node of graph.nodes) {
    const key = keyOf(graph, node.id);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, node, ids: [node.id] });
    else group.ids.push(node.id);
  }
  return Array.from(groups.values());
}

function needsOf(graph: PlannedGraph, node: PreparedNode): string[] {
  const needs: string[] = [];
  for (const name in node.inputs) {
    const input = node.inputs[name];
    if (input.kind !== 'link') continue;
    const key = keyOf(graph, input.node);
    if (!needs.includes(key)) needs.push(key);
  }
  return needs;
}

function keyOf({ keys }: PlannedGraph, id: string): string {
  const key = keys.get(id);
  if (key === undefined) throw new Error(`node ${id} has no key`);
  return key;
}
