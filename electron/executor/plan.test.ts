import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { similarNodes } from '../../test/fixtures/arbitrary-graphs.ts';
import { contentKeys } from './keys.ts';
import { type PlannedGraph, planRun } from './plan.ts';

const situation = fc
  .record({
    nodes: similarNodes(20),
    wantedAt: fc.uniqueArray(fc.nat(), { maxLength: 4 }),
    cachedAt: fc.array(fc.nat(), { maxLength: 10 }),
  })
  .map(({ nodes, wantedAt, cachedAt }) => {
    const graph: PlannedGraph = { nodes, keys: contentKeys(nodes, 'run') };
    const wanted = Array.from(new Set(wantedAt.map((at) => nodes[at % nodes.length].id)));
    const cached = new Set(cachedAt.map((at) => keyOf(graph, nodes[at % nodes.length].id)));
    return { graph, wanted, cached };
  });

const keyOf = ({ keys }: PlannedGraph, id: string) => keys.get(id) ?? '';

describe('a plan', () => {
  it('runs nothing twice, and everything after what it needs', () => {
    fc.assert(
      fc.property(situation, ({ graph, wanted, cached }) => {
        const plan = planRun(graph, wanted, (key) => cached.has(key));
        const available = new Set(plan.cached.map(({ key }) => key));
        for (const key of available) expect(cached.has(key)).toBe(true);
        for (const { key, needs } of plan.tasks) {
          expect(available.has(key)).toBe(false);
          expect(new Set(needs).size).toBe(needs.length);
          for (const need of needs) expect(available.has(need)).toBe(true);
          available.add(key);
        }
        for (const id of wanted) expect(available.has(keyOf(graph, id))).toBe(true);
      }),
    );
  });

  it('has nothing in it that nothing wants', () => {
    fc.assert(
      fc.property(situation, ({ graph, wanted, cached }) => {
        const plan = planRun(graph, wanted, (key) => cached.has(key));
        const reasons = new Set([...wanted.map((id) => keyOf(graph, id)), ...plan.tasks.flatMap(({ needs }) => needs)]);
        for (const { key } of [...plan.tasks, ...plan.cached]) expect(reasons.has(key)).toBe(true);
      }),
    );
  });

  it('counts the tasks that take each value', () => {
    fc.assert(
      fc.property(situation, ({ graph, wanted, cached }) => {
        const { tasks, consumers } = planRun(graph, wanted, (key) => cached.has(key));
        const counted = new Map<string, number>();
        for (const { needs } of tasks) for (const key of needs) counted.set(key, (counted.get(key) ?? 0) + 1);
        expect(consumers).toEqual(counted);
      }),
    );
  });

  it('asks about no ancestor of a cached value', () => {
    fc.assert(
      fc.property(situation, ({ graph, wanted, cached }) => {
        const asked: string[] = [];
        const plan = planRun(graph, wanted, (key) => {
          asked.push(key);
          return cached.has(key);
        });
        expect(asked.toSorted()).toEqual([...plan.tasks, ...plan.cached].map(({ key }) => key).toSorted());
      }),
    );
  });

  it('has every node of the graph among its ids at most once', () => {
    fc.assert(
      fc.property(situation, ({ graph, wanted, cached }) => {
        const plan = planRun(graph, wanted, (key) => cached.has(key));
        const ids = [...plan.tasks, ...plan.cached].flatMap((entry) => entry.ids);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { key, ids } of plan.tasks) for (const id of ids) expect(keyOf(graph, id)).toBe(key);
      }),
    );
  });
});
