import { describe, expect, it } from 'vitest';
import type { NodeDescription } from '../../nodes/define.ts';
import { matchingNodes } from './matching-nodes.ts';

function node(type: string, title: string, category: string, aliases: string[] = []): NodeDescription {
  const rest = {
    version: 1,
    description: '',
    inputs: {},
    outputs: {},
    device: 'cpu',
    output: false,
    deterministic: true,
    constant: false,
    takesLists: false,
  };
  return { type, title, category, aliases, ...rest } as NodeDescription;
}

const nodes = [
  node('ImageInvert', 'Invert Picture', 'image/filter', ['negative']),
  node('KSampler', 'Sample', 'sampling'),
  node('Loader', 'Load Checkpoint', 'loaders'),
];

describe('matchingNodes', () => {
  it('lists all without a query, in the order in which a graph is built', () => {
    expect(matchingNodes(nodes, ' ').map(({ type }) => type)).toEqual(['Loader', 'KSampler', 'ImageInvert']);
  });

  it('finds by name, type, alias and category, by all words', () => {
    expect(matchingNodes(nodes, 'NEGATIVE')).toHaveLength(1);
    expect(matchingNodes(nodes, 'ksam')).toHaveLength(1);
    expect(matchingNodes(nodes, 'invert filter')).toHaveLength(1);
    expect(matchingNodes(nodes, 'invert sampling')).toHaveLength(0);
  });
});
