import Elk from 'elkjs/lib/elk.bundled.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../workflows/edits/place.ts';
import type { Workflow, WorkflowNode } from '../../workflows/schema.ts';
import { layoutBoxes, layoutGraph } from './layout-graph.ts';

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

async function lay(graph: Workflow, boxes: ReadonlyMap<string, Box>, chosen?: ReadonlySet<string>): Promise<Map<string, Box>> {
  return layoutBoxes(await new Elk().layout(layoutGraph(graph, boxes, chosen)), boxes);
}

function holds(outer: Box | undefined, inner: Box | undefined): boolean {
  if (outer === undefined || inner === undefined) return false;
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
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

  describe('with a group in a group, and a note', () => {
    const graph: Workflow = {
      ...workflow({ a: {}, b: { a: 'a' }, c: { a: 'b', b: 'a' }, d: { a: 'c' } }),
      groups: ['outer', 'inner'].map((id) => ({ id, title: id, position: { x: 0, y: 0 }, size: { width: 1, height: 1 } })),
      notes: [{ id: 'note', text: '', position: { x: 0, y: 0 }, size: { width: 1, height: 1 } }],
    };
    const boxes = new Map<string, Box>([
      ['a', box(0, 0)],
      ['b', box(350, 600)],
      ['c', box(350, 800)],
      ['d', box(1200, 0)],
      ['outer', { x: 300, y: 500, width: 900, height: 700 }],
      ['inner', { x: 320, y: 560, width: 300, height: 200 }],
      ['note', { x: 700, y: 900, width: 120, height: 80 }],
    ]);

    it('keeps each around what lies in it, and everything else outside', async () => {
      const laid = await lay(graph, boxes);
      for (const id of ['b', 'c', 'inner', 'note']) expect(holds(laid.get('outer'), laid.get(id)), id).toBe(true);
      expect(holds(laid.get('inner'), laid.get('b'))).toBe(true);
      for (const [group, id] of [
        ['outer', 'a'],
        ['outer', 'd'],
        ['inner', 'c'],
        ['inner', 'note'],
      ]) {
        const [frame, other] = [laid.get(group), laid.get(id)];
        expect(frame !== undefined && other !== undefined && overlap(frame, other), `${group} ${id}`).toBe(false);
      }
      expect(laid.get('a')?.x).toBeLessThan(laid.get('b')?.x ?? 0);
      expect(laid.get('c')?.x).toBeLessThan(laid.get('d')?.x ?? 0);
    });

    it('works out for any links among any groups', async () => {
      const links = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 24 });
      const frames = fc.array(fc.record({ from: fc.nat(11), count: fc.integer({ min: 1, max: 6 }) }), { maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(links, frames, async (pairs, spans) => {
          const nodes: Record<string, Record<string, string>> = Object.fromEntries(
            Array.from({ length: 12 }, (_, index) => [String(index), {}]),
          );
          pairs.forEach(([a, b], index) => {
            if (a !== b) Object.assign(nodes[String(Math.max(a, b))] ?? {}, { [`in${index}`]: String(Math.min(a, b)) });
          });
          const cards = Array.from({ length: 12 }, (_, index): [string, Box] => [String(index), box(index * 300, 0)]);
          const groups = spans.map(({ from, count }, index): [string, Box] => [
            `group ${index}`,
            { x: from * 300 - 20 - index, y: -50, width: count * 300, height: 300 + index },
          ]);
          const among: Workflow = {
            ...workflow(nodes),
            groups: groups.map(([id, { x, y, ...frame }]) => ({ id, title: id, position: { x, y }, size: frame })),
          };
          const laid = await lay(among, new Map([...cards, ...groups]));
          for (const [index, [one]] of cards.entries()) {
            for (const [other] of cards.slice(index + 1)) {
              const [a, b] = [laid.get(one), laid.get(other)];
              expect(a !== undefined && b !== undefined && !overlap(a, b)).toBe(true);
            }
          }
        }),
        { numRuns: 40 },
      );
    });

    it('leaves a group alone of which only a part is chosen', async () => {
      const laid = await lay(graph, boxes, new Set(['a', 'c', 'd']));
      expect([...laid.keys()].toSorted()).toEqual(['a', 'c', 'd']);
    });
  });

  it('makes nothing of nothing', async () => {
    expect((await lay(workflow({}), new Map())).size).toBe(0);
  });
});
