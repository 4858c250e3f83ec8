import { describe, expect, it } from 'vitest';
import type { ResultTable } from '../../electron/bridge/contract.ts';
import { coalesce } from './frames.ts';
import { createNodeRuns, type NodeEvent } from './node-runs.ts';
import type { NodeRun } from './run-types.ts';

const picture = { url: 'pictures/a.png', name: 'a.png', width: 8, height: 8 };
const at = { run: 'r1', tab: 't' };

function follow(events: readonly (NodeEvent | { at: number; event: NodeEvent })[]) {
  const runs = createNodeRuns();
  const states = new Map<string, NodeRun>();
  const take = (changes: Iterable<readonly [string, NodeRun]>) => {
    for (const [path, run] of changes) states.set(path, run);
  };
  for (const one of events) take('event' in one ? runs.apply(one.event, one.at) : runs.apply(one, 0));
  return { runs, states, take };
}

const effort = { device: 'cpu', memoryBytes: 5_000_000 };
const planned: NodeEvent = {
  type: 'node.planned',
  ...at,
  waiting: ['a', 'sub/x', 'sub/y'],
  cached: ['b'],
  seeds: [{ node: 'sub/x', input: 'seed', seed: '18446744073709551615' }],
};

describe('the states of nodes', () => {
  it('follow the run', () => {
    const { states } = follow([planned, { type: 'node.started', ...at, node: 'a' }]);
    expect(states.get('a')?.state).toBe('running');
    expect(states.get('b')?.state).toBe('cached');
    expect(states.get('sub')?.state).toBe('waiting');
  });

  it('tell the seconds left from the pace of the steps, the first of which is not counted', () => {
    const progress = (value: number): NodeEvent => ({ type: 'node.progress', ...at, node: 'a', value, max: 20 });
    const { states } = follow([
      planned,
      { at: 5000, event: progress(1) },
      { at: 6000, event: progress(2) },
      { at: 8000, event: progress(4) },
    ]);
    expect(states.get('a')).toMatchObject({ value: 4, max: 20, secondsLeft: 16 });
  });

  it('keep pictures and numbers while the node runs again', () => {
    const tables: ResultTable[] = [{ kind: 'shares', columns: ['#1'], rows: [{ label: 'cat', values: [0.9] }] }];
    const done: NodeEvent = { type: 'node.done', ...at, node: 'a', ms: 12, cached: false, pictures: [picture], tables };
    const { states, runs, take } = follow([planned, done]);
    expect(states.get('a')).toMatchObject({ state: 'done', ms: 12, pictures: [picture], tables });
    take(runs.apply({ ...planned, run: 'r2' }, 0));
    take(runs.apply({ type: 'node.started', run: 'r2', tab: 't', node: 'a' }, 0));
    expect(states.get('a')).toEqual({ state: 'running', value: 0, max: 0, tables, pictures: [picture] });
  });

  it('keep the seeds of the run until another one tells its own', () => {
    const { states, runs, take } = follow([planned]);
    const done: NodeEvent = { type: 'node.done', ...at, node: 'sub/x', ms: 1, cached: false, pictures: [], effort };
    take(runs.apply(done, 0));
    expect(states.get('sub/x')).toMatchObject({ state: 'done', seeds: { seed: '18446744073709551615' }, effort });
    take(runs.apply({ ...planned, run: 'r2', seeds: [{ node: 'sub/x', input: 'seed', seed: '5' }] }, 0));
    expect(states.get('sub/x')).toMatchObject({ state: 'waiting', seeds: { seed: '5' } });
    take(runs.ended('r2'));
    expect(states.get('sub/x')).toMatchObject({ state: 'idle', seeds: { seed: '5' } });
  });

  it('of a subgraph are those of what runs or fails inside', () => {
    const { states, runs, take } = follow([
      planned,
      { type: 'node.started', ...at, node: 'sub/x' },
      { type: 'node.progress', ...at, node: 'sub/x', value: 3, max: 9 },
    ]);
    expect(states.get('sub')).toMatchObject({ state: 'running', value: 3, max: 9, inside: 'sub/x' });
    take(runs.apply({ type: 'node.done', ...at, node: 'sub/x', ms: 5, cached: false, pictures: [] }, 0));
    expect(states.get('sub')?.state).toBe('waiting');
    take(runs.apply({ type: 'node.failed', ...at, node: 'sub/y', problem: { what: 'No.' } }, 0));
    expect(states.get('sub')).toMatchObject({ state: 'failed', problem: { what: 'No.' }, inside: 'sub/y' });
  });

  it('are idle again when the run is cancelled, and other runs change nothing', () => {
    const { states, runs, take } = follow([planned, { type: 'node.started', ...at, node: 'a' }]);
    expect([...runs.apply({ type: 'node.started', run: 'other', tab: 't', node: 'b' }, 0)]).toEqual([]);
    take(runs.ended('other'));
    expect(states.get('a')?.state).toBe('running');
    take(runs.ended('r1'));
    expect([...states].map(([path, { state }]) => [path, state])).toEqual([
      ['sub/x', 'idle'],
      ['a', 'idle'],
      ['sub/y', 'idle'],
      ['b', 'cached'],
      ['sub', 'idle'],
    ]);
  });
});

describe('coalescing', () => {
  it('delivers once a frame, the last of each key', () => {
    const frames: (() => void)[] = [];
    const delivered: [string, number][][] = [];
    const put = coalesce<number>(
      (changes) => delivered.push([...changes]),
      (callback) => frames.push(callback),
    );
    for (let value = 0; value < 100; value++) put('a', value);
    put('b', 1);
    expect(frames).toHaveLength(1);
    frames[0]();
    put('a', 100);
    expect(frames).toHaveLength(2);
    frames[1]();
    expect(delivered).toEqual([
      [
        ['a', 99],
        ['b', 1],
      ],
      [['a', 100]],
    ]);
  });
});
