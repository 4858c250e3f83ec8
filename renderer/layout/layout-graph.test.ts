import Elk from 'elkjs/lib/elk.bundled.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../workflows/edits/place.ts';
import type { Workflow, WorkflowNode } from '../../workflows/schema.ts';
import { layoutGraph, layoutPositions } from './layout-graph.ts';

function workflow(nodes: Record<string, Record<string, string>>): Workflow {
  const entries = Object.entries(nodes).map(([id, links]): [string, WorkflowNode] => [
    id,
    { type: 'Any', inputs: Object.fromEntries(Object.entries(links).map(([input, from]) => [input, { link: [from, 'OUT'] }])) },
  ]);
  return { format: 'weft', version: 1, nodes: Object.fromEntries(entries) };
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

async function lay(graph: Workflow, boxes: ReadonlyMap<string, Box>): Promise<Map<string, Box>> {
  const positions = layoutPositions(await new Elk().layout(layoutGraph(graph, boxes)), boxes);
  return new Map([...positions].map(([id, at]) => [id, { width: 0, height: 0, ...boxes.get(id), ...at }]));
}

const box = (x: number, y: number): Box => ({ x, y, width: 200, height: 120 });

describe('auto-layout', () => {
  it('puts what is linked to the right of where it comes from', async () => {
    const graph = workflow({ c: { a: 'b' }, b: { a: 'a' }, a: {} });
    const laid = await lay(
      graph,
      new Map([
        ['a', box(900, 40)],
        ['b', box(100, 700)],
        ['c', box(0, 0)],
      ]),
    );
    expect(laid.get('a')?.x).toBeLessThan(laid.get('b')?.x ?? 0);
    expect(laid.get('b')?.x).toBeLessThan(laid.get('c')?.x ?? 0);
  });

  it('leaves out what has no box, and links to it', async () => {
    const graph = workflow({ a: {}, b: { a: 'a' }, c: { a: 'b', x: 'nowhere' } });
    const laid = await lay(
      graph,
      new Map([
        ['b', box(50, 60)],
        ['c', box(10, 400)],
      ]),
    );
    expect([...laid.keys()].toSorted()).toEqual(['b', 'c']);
  });

  it('keeps the top left corner of the whole', async () => {
    const graph = workflow({ a: {}, b: { a: 'a' } });
    const laid = await lay(
      graph,
      new Map([
        ['a', box(-300, 500)],
        ['b', box(70, -20)],
      ]),
    );
    expect(Math.min(...[...laid.values()].map(({ x }) => x))).toBe(-300);
    expect(Math.min(...[...laid.values()].map(({ y }) => y))).toBe(-20);
  });

  it('lets no two cards overlap', async () => {
    const links = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 20 });
    const sizes = fc.array(fc.record({ width: fc.integer({ min: 40, max: 400 }), height: fc.integer({ min: 30, max: 600 }) }), {
      minLength: 10,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(links, sizes, async (pairs, cards) => {
        const nodes: Record<string, Record<string, string>> = Object.fromEntries(cards.map((_, index) => [String(index), {}]));
        pairs.forEach(([a, b], index) => {
          if (a !== b) Object.assign(nodes[String(Math.max(a, b))] ?? {}, { [`in${index}`]: String(Math.min(a, b)) });
        });
        const boxes = new Map(cards.map((size, index) => [String(index), { x: 0, y: 0, ...size }]));
        const laid = [...(await lay(workflow(nodes), boxes)).values()];
        expect(laid).toHaveLength(cards.length);
        for (const [index, one] of laid.entries()) for (const other of laid.slice(index + 1)) expect(overlap(one, other)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it('makes nothing of nothing', async () => {
    expect((await lay(workflow({}), new Map())).size).toBe(0);
  });
});
