/**
 * Cycles of a graph given as the nodes that each node takes values from; each comes as the ids along it, against the
 * direction of the links, with the first repeated at the end. One cycle is reported for each link that closes one in a
 * depth-first walk, so that a graph without reported cycles has none. Takes any depth of graph.
 */
export function findCycles(sources: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  for (const root of sources.keys()) {
    if (!finished.has(root)) walk(root, sources, finished, cycles);
  }
  return cycles;
}

function walk(root: string, sources: ReadonlyMap<string, readonly string[]>, finished: Set<string>, cycles: string[][]): void {
  const path = [{ id: root, next: 0 }];
  /** The place of each id on the path. */
  const depth = new Map([[root, 0]]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const source = sources.get(top.id)?.[top.next];
    top.next++;
    if (source === undefined) {
      finished.add(top.id);
      depth.delete(top.id);
      path.pop();
      continue;
    }
    const start = depth.get(source);
    if (start !== undefined) cycles.push([...path.slice(start).map(({ id }) => id), source]);
    else if (!finished.has(source)) {
      depth.set(source, path.length);
      path.push({ id: source, next: 0 });
    }
  }
}

/** The given nodes and all that they take values from, directly or not. */
export function ancestors(roots: Iterable<string>, sources: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set(roots);
  // A set's iteration reaches what is added on the way.
  for (const id of found) for (const source of sources.get(id) ?? []) found.add(source);
  return found;
}
