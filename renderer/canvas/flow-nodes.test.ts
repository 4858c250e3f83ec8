import { expect, it } from 'vitest';
import type { NodeDescription } from '../../nodes/define.ts';
import { createMounting } from './flow-nodes.ts';
import { createSceneBuilder } from './scene-builder.ts';

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

/** Ten cards in a row, 300 from one to the next. */
function row() {
  const nodes = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`n${index}`, { type: 'Dot', inputs: {}, position: { x: index * 300, y: 0 } }]),
  );
  const sources = { declarations: description, describe: () => description, extras: () => ({ failureHeight: 0, measure: () => 0 }) };
  return createSceneBuilder()({ nodes }, sources);
}

const rect = (x: number, width: number) => ({ x, y: -100, width, height: 300 });

it('mounts what is seen at once, what is around two by two, and nothing twice', () => {
  const mount = createMounting();
  const still = { scene: row(), moved: undefined, selection: new Set<string>(), far: false, kept: new Set(['n9']) };
  const mounted = { seen: rect(0, 700), around: rect(-300, 2200), kept: rect(-600, 2800) };
  const ids = (nodes: readonly { readonly id: string }[]) => nodes.map(({ id }) => id).join(' ');
  const first = mount({ ...still, mounted });
  expect([ids(first.nodes), first.unfinished]).toEqual(['n0 n1 n2 n3 n4 n9', true]);
  const second = mount({ ...still, mounted });
  expect([ids(second.nodes), second.unfinished]).toEqual(['n0 n1 n2 n3 n4 n5 n6 n9', false]);
  expect(second.nodes[0]).toBe(first.nodes[0]);
  expect(mount({ ...still, mounted }).nodes).toBe(second.nodes);
  const moved = { seen: rect(900, 700), around: rect(600, 2000), kept: rect(300, 2600) };
  expect(ids(mount({ ...still, mounted: moved }).nodes)).toBe('n1 n2 n3 n4 n5 n6 n7 n8 n9');
  expect(ids(mount({ ...still, mounted, far: true }).nodes)).toBe('n9');
});
