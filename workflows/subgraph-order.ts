import type { Subgraph } from './schema.ts';
import { subgraphOfType } from './subgraph-types.ts';

type Subgraphs = Readonly<Record<string, Subgraph>>;

/** The ids of the subgraphs that nodes of a subgraph stand for, each once; those that there are not are left out. */
function innerIds(subgraphs: Subgraphs, { nodes }: Subgraph): Set<string> {
  const ids = Object.values(nodes).flatMap(({ type }) => subgraphOfType(type) ?? []);
  return new Set(ids.filter((id) => Object.hasOwn(subgraphs, id)));
}

/** The ids of subgraphs, each after those inside it. Subgraphs that contain themselves, or such ones, are left out. */
export function innermostFirst(subgraphs: Subgraphs): string[] {
  const missing = new Map<string, number>();
  const users = new Map<string, string[]>();
  for (const [id, definition] of Object.entries(subgraphs)) {
    const inner = innerIds(subgraphs, definition);
    missing.set(id, inner.size);
    for (const one of inner) users.set(one, [...(users.get(one) ?? []), id]);
  }
  const order = [...missing].filter(([, count]) => count === 0).map(([id]) => id);
  for (const id of order) {
    for (const user of users.get(id) ?? []) {
      const left = (missing.get(user) ?? 0) - 1;
      missing.set(user, left);
      if (left === 0) order.push(user);
    }
  }
  return order;
}

/** Whether some subgraph contains itself, directly or further inside. */
export function containsItself(subgraphs: Subgraphs): boolean {
  return innermostFirst(subgraphs).length < Object.keys(subgraphs).length;
}
