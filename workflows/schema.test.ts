import { describe, expect, it } from 'vitest';
import { schemaProblems, workflowSchema } from './schema.ts';

const whole = {
  format: 'weft',
  version: 1,
  nodes: {
    '1': {
      type: 'KSampler',
      inputs: { seed: 18446744073709551615n, cfg: 7.5, model: { link: ['2', 'MODEL'] } },
      title: 'Sampler',
      mode: 'muted',
    },
    '2': { type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'a.safetensors' }, position: { x: 1, y: -2.5 }, pinned: true },
  },
  groups: [{ title: 'All', position: { x: 0, y: 0 }, size: { width: 10, height: 10 }, color: '#123456' }],
  notes: [{ text: 'hello', position: { x: 0, y: 0 }, size: { width: 10, height: 10 }, font: 'serif' }],
  view: { x: 0, y: 0, zoom: 1 },
  future: { kept: [1, 2] },
};

function problemsOf(value: unknown) {
  const result = workflowSchema.safeParse(value);
  return result.success ? [] : schemaProblems(result.error);
}

describe('workflowSchema', () => {
  it('keeps everything, known or not', () => {
    expect(workflowSchema.parse(whole)).toEqual(whole);
  });

  it('names the node and input of every fault', () => {
    const nodes = {
      '1': { type: 'A', inputs: { seed: null } },
      '2': { type: '', inputs: {} },
      '3': { type: 'B', inputs: {}, mode: 'off' },
    };
    const problems = problemsOf({ ...whole, nodes, view: { x: 0, y: 0, zoom: 0 } });
    expect(problems.map(({ node, input }) => [node, input])).toEqual([
      ['1', 'seed'],
      ['2', undefined],
      ['3', undefined],
      [undefined, undefined],
    ]);
    expect(problems[0]?.what).toMatch(/nodes\.1\.inputs\.seed.*must be a text, a number, true, false or \{"link"/);
    expect(problems[3]?.what).toContain('view.zoom');
  });

  it.each([
    ['null', null],
    ['an array', []],
    ['a text', 'weft'],
    ['nodes in an array', { ...whole, nodes: [] }],
    ['another version', { ...whole, version: 2 }],
    ['a node without inputs', { ...whole, nodes: { '1': { type: 'A' } } }],
    ['a node without an id', { ...whole, nodes: { '': { type: 'A', inputs: {} } } }],
  ])('refuses %s', (_name, value) => {
    expect(problemsOf(value)).not.toEqual([]);
  });

  it('takes names of Object for ids and inputs as any other', () => {
    const nodes = { constructor: { type: 'toString', inputs: { hasOwnProperty: 1 } } };
    expect(workflowSchema.parse({ ...whole, nodes }).nodes).toEqual(nodes);
  });
});
