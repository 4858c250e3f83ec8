import { reloadMs } from '../workers/worth.ts';

/*
 * GreedyDual-Size (Cao and Irani, "Cost-aware WWW proxy caching algorithms", 1997): what is evicted is the value
 * whose cost per byte is least, and the clock, which each eviction moves on to the priority of what went, makes
 * values age that nobody uses.
 */

export type Weighed = { readonly key: string; readonly bytes: number; readonly priority: number };

/** The priority of a value that is used now: what it costs to have it again, in ms per byte, above the clock. */
export function priorityOf(clock: number, costMs: number, bytes: number): number {
  return clock + costMs / Math.max(bytes, 1);
}

/** What a value costs to have again: it is read from disk if it lies there, else made again, which takes `ms`. */
export function costToRestore(ms: number, bytes: number, onDisk: boolean): number {
  return onDisk ? Math.min(ms, reloadMs(bytes)) : ms;
}

/** The values of least priority that free `excess` bytes, least first; all of them if they are not enough. */
export function chooseVictims(values: readonly Weighed[], excess: number): readonly Weighed[] {
  const victims: Weighed[] = [];
  let freed = 0;
  for (const value of values.toSorted((a, b) => a.priority - b.priority)) {
    if (freed >= excess) break;
    victims.push(value);
    freed += value.bytes;
  }
  return victims;
}

/** How many bytes go at once when a budget is exceeded: some more than needed, so that not every new value evicts one. */
export function excessOver(budget: number, total: number): number {
  return total > budget ? total - budget * 0.9 : 0;
}
