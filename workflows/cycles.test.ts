import { describe, expect, it } from 'vitest';
import { ancestors, findCycles } from './cycles.ts';

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

describe('findCycles', () => {
  it('finds none where ways part and meet again', () => {
    expect(findCycles(graph({ a: ['b', 'c'], c: ['d', 'b'], d: ['b'], b: [] }))).toEqual([]);
  });

  it('gives the path of each circle, without what leads to it', () => {
    expect(findCycles(graph({ a: ['b'], b: ['c'], c: ['b', 'c'], d: ['a'] }))).toEqual([
      ['b', 'c', 'b'],
      ['c', 'c'],
    ]);
  });

  it('takes sources that the graph does not have', () => {
    expect(findCycles(graph({ a: ['missing'] }))).toEqual([]);
  });
});

describe('ancestors', () => {
  it('gives the roots and all behind them', () => {
    expect(ancestors(['a'], graph({ a: ['b'], b: ['c', 'a'], c: [], d: ['a'] }))).toEqual(new Set(['a', 'b', 'c']));
  });
});
