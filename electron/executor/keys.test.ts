import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineNode, text } from '../../nodes/define.ts';
import { arbitraryNodes, nearlyEqualNodes } from '../../test/fixtures/arbitrary-graphs.ts';
import type { FieldValue } from '../../workflows/graph.ts';
import { contentKeys } from './keys.ts';
import type { PreparedNode } from './prepare.ts';

/**
 * All that a node's result is a function of, spelled out as one text: the slow and obvious counterpart of a key.
 * It grows with the number of paths through a graph.
 */
function spelledOut(node: PreparedNode, nodes: readonly PreparedNode[]): string {
  const inputs = Object.entries(node.inputs).map(([name, input]) => {
    const file = node.files.get(name);
    if (file !== undefined) return [name, 'file', file.fingerprint];
    if (input.kind === 'value') return [name, ...typedValue(input.value)];
    const upstream = nodes.find(({ id }) => id === input.node);
    return [name, 'link', upstream === undefined ? '' : spelledOut(upstream, nodes), input.output];
  });
  const mentions = node.mentions.map(({ folder, name, file }) => [folder, name, file.fingerprint]);
  return JSON.stringify([node.definition.type, node.definition.version, inputs.sort(), mentions]);
}

function typedValue(value: FieldValue): [string, string] {
  if (typeof value === 'number') return ['number', Number.isInteger(value) ? String(BigInt(value)) : String(value)];
  return [typeof value === 'bigint' ? 'number' : typeof value, String(value)];
}

describe('content keys', () => {
  it('are equal exactly where everything that can change the result is', () => {
    fc.assert(
      fc.property(nearlyEqualNodes(4), (graphs) => {
        const entries = graphs.flatMap((nodes) => {
          const keys = contentKeys(nodes, 'run');
          return nodes.map((node) => ({ key: keys.get(node.id), content: spelledOut(node, nodes) }));
        });
        for (const a of entries) {
          for (const b of entries) expect(a.key === b.key).toBe(a.content === b.content);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('do not depend on ids, on the order of nodes or inputs, or on where files lie', () => {
    fc.assert(
      fc.property(arbitraryNodes(8), fc.uniqueArray(fc.string(), { minLength: 8, maxLength: 8 }), (nodes, ids) => {
        const renamed = new Map(nodes.map(({ id }, index) => [id, ids[index]]));
        const others = nodes.map((node) => moved(node, renamed));
        const before = contentKeys(nodes, 'run');
        const after = contentKeys(others, 'run');
        for (const [id, key] of before) expect(after.get(renamed.get(id) ?? '')).toBe(key);
      }),
    );
  });

  it.each<[FieldValue, FieldValue, boolean]>([
    [1, 1n, true],
    [0, -0, true],
    [1e21, 10n ** 21n, true],
    [2 ** 53, 2n ** 53n, true],
    [2 ** 53, 2n ** 53n + 1n, false],
    [18446744073709551615n, 18446744073709551614n, false],
    [1, '1', false],
    [true, 'true', false],
    [0.1, 0.1 + Number.EPSILON, false],
  ])('of the values %s and %s: equal is %s', (a, b, equal) => {
    const [left, right] = [a, b].map((value) => contentKeys([nodeWith(value)], 'run').get('n'));
    expect(left === right).toBe(equal);
  });

  it('of nodes that are not deterministic differ from run to run and from node to node', () => {
    const definition = defineNode({
      type: 'Random',
      version: 1,
      title: '',
      category: '',
      description: '',
      inputs: {},
      outputs: {},
      device: 'any',
      deterministic: false,
      run: () => ({}),
    });
    const nodes = ['a', 'b'].map((id) => ({ id, type: 'Random', definition, inputs: {}, files: new Map(), mentions: [] }));
    const keys = ['first', 'second'].flatMap((nonce) => Array.from(contentKeys(nodes, nonce).values()));
    expect(new Set(keys).size).toBe(4);
    expect(contentKeys(nodes, 'first')).toEqual(contentKeys(nodes, 'first'));
  });
});

function nodeWith(value: FieldValue): PreparedNode {
  const definition = defineNode({
    type: 'One',
    version: 1,
    title: '',
    category: '',
    description: '',
    inputs: { value: text() },
    outputs: {},
    device: 'any',
    run: () => ({}),
  });
  return { id: 'n', type: 'One', definition, inputs: { value: { kind: 'value', value } }, files: new Map(), mentions: [] };
}

/** The same node under another id, with its inputs the other way round and its files elsewhere. */
function moved(node: PreparedNode, ids: ReadonlyMap<string, string>): PreparedNode {
  const inputs = Object.entries(node.inputs).map(([name, input]) => [
    name,
    input.kind === 'link' ? { ...input, node: ids.get(input.node) ?? '' } : input,
  ]);
  return {
    ...node,
    id: ids.get(node.id) ?? '',
    inputs: Object.fromEntries(inputs.reverse()),
    files: new Map(Array.from(node.files, ([name, file]) => [name, { ...file, name: `moved ${file.name}`, path: `/moved${file.path}` }])),
    mentions: node.mentions.map((mention) => ({ ...mention, file: { ...mention.file, path: `/moved${mention.file.path}` } })),
  };
}
