import { expect, it } from 'vitest';
import type { NodeDescription } from '../../../nodes/define.ts';
import { createSceneBuilder } from '../scene/scene-builder.ts';
import { createMounting } from './flow-nodes.ts';

const description: NodeDescription = {
  type: 'Dot',
  version: 1,
  title: 'Dot',
  category: 'other',
  description: '',
  aliases: [],
  inputs: {},
  outputs: {},
  device: 'any',
  output: false,
  deterministic: true,
  constant: false,
  takesLists: false,
};

/** Ten cards in a row, 300 from one to the next, some with a picture. */
function row(pictured: readonly string[] = []) {
  const nodes = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`n${index}`, { type: 'Dot', inputs: {}, position: { x: index * 300, y: 0 } }]),
  );
  const plain = { failureHeight: 0, measure: () => 0 };
  const extras = (id: string) => (pictured.includes(id) ? { ...plain, mediaAspect: 1 } : plain);
  const sources = { declarations: description, describe: () => description, extras };
  return createSceneBuilder()({ nodes }, sources);
}

const rect = (x: number, width: number) => ({ x, y: -100, width, height: 300 });

const ids = (nodes: Iterable<{ readonly id: string }>) => [...nodes].map(({ id }) => id).join(' ');
const wanted = { scene: row(), moved: undefined, selection: new Set<string>(), far: false, moving: false, kept: new Set(['n9']) };

it('mounts a few cards in a frame, those nearest to the middle of what is seen first, and nothing twice', () => {
  const mount = createMounting();
  const mounted = { seen: rect(0, 700), around: rect(-300, 2200) };
  const first = mount({ ...wanted, mounted });
  expect([ids(first.nodes), [...first.waiting]]).toEqual(['n0 n1 n2 n3 n9', ['n4', 'n5', 'n6']]);
  const second = mount({ ...wanted, mounted });
  expect([ids(second.nodes), [...second.waiting]]).toEqual(['n0 n1 n2 n3 n4 n5 n6 n9', []]);
  expect(second.nodes[0]).toBe(first.nodes[0]);
  expect(mount({ ...wanted, mounted }).nodes).toBe(second.nodes);
  expect(ids(mount({ ...wanted, mounted: { seen: rect(900, 700), around: rect(600, 1400) } }).nodes)).toBe('n2 n3 n4 n5 n6 n9');
  expect(ids(mount({ ...wanted, mounted, far: true }).nodes)).toBe('n9');
});

it('lets no card come or go while the view moves, and tells which are waiting', () => {
  const mount = createMounting();
  const { nodes } = mount({ ...wanted, mounted: { seen: rect(0, 700), around: rect(0, 700) } });
  expect(ids(nodes)).toBe('n0 n1 n2 n9');
  const later = { seen: rect(900, 700), around: rect(900, 700) };
  const moving = mount({ ...wanted, moving: true, mounted: later });
  expect(moving.nodes).toBe(nodes);
  expect([...moving.waiting].sort()).toEqual(['n3', 'n4', 'n5']);
  expect(mount({ ...wanted, moving: true, mounted: later }).waiting).toBe(moving.waiting);
  expect(ids(mount({ ...wanted, mounted: later }).nodes)).toBe('n3 n4 n5 n9');
});

it('keeps a card with a picture, once it was seen', () => {
  const mount = createMounting();
  const scene = row(['n1', 'n8']);
  const from = (x: number) => ({ ...wanted, scene, mounted: { seen: rect(x, 700), around: rect(x, 700) } });
  expect(ids(mount(from(0)).nodes)).toBe('n0 n1 n2 n9');
  expect(ids(mount(from(900)).nodes)).toBe('n1 n3 n4 n5 n9');
  expect(ids(mount({ ...from(900), far: true }).nodes)).toBe('n9');
});
