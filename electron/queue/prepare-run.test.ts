import { describe, expect, it } from 'vitest';
import { describeNode } from '../../nodes/define.ts';
import { catalog } from '../../test/fixtures/test-nodes.ts';
import { prepareRun } from './prepare-run.ts';

const descriptions = new Map([...catalog].map(([type, definition]) => [type, describeNode(definition)]));
const link = (node: string, output = 'FLOAT') => ({ link: [node, output] });

/** A number inside a subgraph, shown outside; and beside it a node that cannot run. */
const workflow = {
  format: 'weft',
  version: 1,
  nodes: {
    outer: { type: 'subgraph:s', inputs: {} },
    show: { type: 'Show', inputs: { value: link('outer', 'out') } },
    muted: { type: 'Number', inputs: { value: 1 }, mode: 'muted' },
    unfinished: { type: 'ToText', inputs: {} },
    broken: { type: 'Nowhere', inputs: {} },
  },
  subgraphs: {
    s: {
      title: 'S',
      inputs: [],
      outputs: [{ name: 'out', type: 'FLOAT' }],
      nodes: {
        number: { type: 'Number', inputs: { value: 3 } },
        sum: { type: 'Sum', inputs: { a: link('number'), b: 1 } },
        end: { type: 'SubgraphOutputs', inputs: { out: link('sum') } },
      },
    },
  },
} as const;

const prepare = (wanted: readonly string[] | undefined, nodes: object = workflow.nodes) =>
  prepareRun({ text: JSON.stringify({ ...workflow, nodes }), wanted }, descriptions, {});

describe('preparing a run', () => {
  it('expands subgraphs, and hands on the workflow as it was queued', () => {
    const { outer, show } = workflow.nodes;
    const prepared = prepare(undefined, { outer, show });
    if (!prepared.ok) throw new Error('it should be ok');
    expect([...prepared.graph.nodes.keys()].sort()).toEqual(['outer/number', 'outer/sum', 'show']);
    expect(JSON.parse(prepared.workflow)).toEqual({ ...workflow, nodes: { outer, show } });
  });

  it('finds all problems where all is wanted', () => {
    expect(prepare(undefined)).toMatchObject({ ok: false, problems: [{ node: 'broken' }] });
  });

  it.each([
    ['a node', ['show'], ['show'], ['outer/number', 'outer/sum', 'show']],
    ['a node inside a subgraph', ['outer/number'], ['outer/number'], ['outer/number']],
    ['a subgraph, which is all that is inside', ['outer'], ['outer/number', 'outer/sum'], ['outer/number', 'outer/sum']],
  ])('looks only at what leads to %s', (_, wanted, all, nodes) => {
    const prepared = prepare(wanted);
    if (!prepared.ok) throw new Error('it should be ok');
    expect(prepared.wanted).toEqual(all);
    expect([...prepared.graph.nodes.keys()].sort()).toEqual(nodes);
  });

  it.each([
    ['is unfinished', 'unfinished', 'value'],
    ['is muted', 'muted', 'cannot run'],
    ['is not there', 'gone', 'cannot run'],
    ['has an unknown type', 'broken', 'no node type'],
  ])('says so where a wanted node %s', (_, node, what) => {
    expect(prepare([node])).toMatchObject({ ok: false, problems: [{ node, what: expect.stringContaining(what) }] });
  });
});
