import { describe, expect, it } from 'vitest';
import type { NodeDescription } from '../../../nodes/define.ts';
import type { WorkflowNode } from '../../../workflows/schema.ts';
import type { GraphPart } from '../../../workflows/scope.ts';
import { cardAt, insideBox, linkBelow, linksCut } from './hit.ts';
import { boxesOf, inputPoint, outputPoint } from './scene.ts';
import { createSceneBuilder, type SceneSources } from './scene-builder.ts';

const description: NodeDescription = {
  type: 'Pass',
  version: 1,
  title: 'Pass',
  category: 'image',
  description: '',
  aliases: [],
  inputs: {
    image: { kind: 'socket', type: 'IMAGE', optional: false },
    amount: { kind: 'int', default: 1, min: 0, max: 9, step: 1 },
    note: { kind: 'text', default: '', multiline: true },
  },
  outputs: { IMAGE: { type: 'IMAGE', list: false } },
  device: 'cpu',
  output: false,
  deterministic: true,
  constant: false,
  takesLists: false,
};
const extras = { failureHeight: 0, measure: (text: string) => text.length * 7 };

const graph: GraphPart = {
  nodes: {
    a: { type: 'Pass', inputs: {}, position: { x: 0, y: 0 } },
    b: { type: 'Pass', inputs: { image: { link: ['a', 'IMAGE'] } }, position: { x: 800, y: 0 } },
    strange: { type: 'Strange', inputs: { image: { link: ['b', 'IMAGE'] }, how: 'so' }, position: { x: 1600, y: 0 } },
  },
};
const sources: SceneSources = {
  declarations: description,
  describe: (id) => (graph.nodes[id].type === 'Pass' ? description : undefined),
  extras: () => extras,
};

describe('scenes', () => {
  it('have links between the sockets of cards', () => {
    const scene = createSceneBuilder()(graph, sources);
    expect(scene.links.map(({ from, to, type }) => [from.node, to.node, type])).toEqual([
      ['a', 'b', 'IMAGE'],
      ['b', 'strange', 'IMAGE'],
    ]);
    expect(outputPoint(scene, { node: 'a', output: 'IMAGE' })?.x).toBe(scene.cards.get('a')?.layout.width);
    expect(inputPoint(scene, { node: 'b', input: 'image' }, new Map([['b', { x: 5, y: 0 }]]))?.x).toBe(5);
  });

  it('show nodes of unknown type with what the workflow says of them', () => {
    const card = createSceneBuilder()(graph, sources).cards.get('strange');
    expect(card?.known).toBe(false);
    expect(Object.keys(card?.description.inputs ?? {})).toEqual(['image', 'how']);
  });

  it('keep the cards that did not change', () => {
    const build = createSceneBuilder();
    const before = build(graph, sources);
    const after = build({ nodes: { ...graph.nodes, a: { ...graph.nodes.a, title: 'First' } } }, sources);
    expect(after.cards.get('a')).not.toBe(before.cards.get('a'));
    expect(after.cards.get('b')).toBe(before.cards.get('b'));
  });

  it('keep what is drawn while fields are edited, and no longer once something moves, grows or is linked', () => {
    const build = createSceneBuilder();
    const before = build(graph, sources);
    const withB = (change: Partial<WorkflowNode>) => build({ nodes: { ...graph.nodes, b: { ...graph.nodes.b, ...change } } }, sources);
    const typed = withB({ inputs: { ...graph.nodes.b.inputs, note: 'a word' } });
    expect(typed.cards.get('b')).not.toBe(before.cards.get('b'));
    expect(typed.cards.get('b')?.layout).toBe(before.cards.get('b')?.layout);
    expect(typed.drawn).toBe(before.drawn);
    expect(typed.links).toBe(before.links);
    const grown = withB({ inputs: { ...graph.nodes.b.inputs, note: 'a line\n'.repeat(9) } });
    expect(grown.drawn).not.toBe(before.drawn);
    expect(boxesOf(grown).get('b')?.height).toBeGreaterThan(boxesOf(before).get('b')?.height ?? 0);
    const moved = withB({ position: { x: 9, y: 9 } });
    expect([moved.drawn === grown.drawn, moved.links === before.links, boxesOf(moved).get('b')?.x]).toEqual([false, true, 9]);
    const cut = withB({ inputs: {} });
    expect(cut.links.map(({ to }) => to.node)).toEqual(['strange']);
    const without = build({ nodes: { b: graph.nodes.b } }, sources);
    expect([...without.cards.keys(), ...without.links]).toEqual(['b']);
  });

  it('are hit where cards and links are', () => {
    const scene = createSceneBuilder()(graph, sources);
    expect(cardAt(scene, { x: 810, y: 10 })?.id).toBe('b');
    expect(cardAt(scene, { x: 700, y: 10 })).toBeUndefined();
    expect(insideBox(scene, { x: -10, y: -10, width: 900, height: 20 })).toEqual(['a', 'b']);
    expect(linksCut(scene, { x: 500, y: -300 }, { x: 500, y: 300 }).map(({ to }) => to.node)).toEqual(['b']);
    expect(linkBelow(scene, 'strange', new Map([['strange', { x: 500, y: 0 }]]))?.to.node).toBe('b');
  });
});
