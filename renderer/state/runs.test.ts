import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeNews, Run } from '../../electron/bridge/contract.ts';
import { createTestBridge } from './bridge.fixture.ts';
import { installBridge } from './bridge.ts';
import { failedNodes, followRuns, nodeRun, readRuns, useRuns } from './runs.ts';

function aRun(id: string, state: Run['state'], at: number): Run {
  const over = state !== 'waiting' && state !== 'running';
  return { id, tab: 't', title: '', state, queuedAt: at, startedAt: at, endedAt: over ? at : null, pictures: [], tables: [], problems: [] };
}

const ids = () => useRuns.getState().runs.map(({ id }) => id);
const nextFrame = () => new Promise((resolve) => setTimeout(resolve, 120));

let listed: Run[] = [];
let news: NodeNews[] = [];
let host: ReturnType<typeof createTestBridge>;
let stop: () => void;

beforeEach(() => {
  listed = [];
  news = [];
  useRuns.setState({ runs: [] });
  host = createTestBridge({ 'runs.list': () => listed, 'runs.nodes': () => news });
  installBridge(host.bridge);
  stop = followRuns();
});
afterEach(() => stop());

describe('the list of runs', () => {
  it("has what is open in the host's order, then what is over, the latest first", async () => {
    listed = [aRun('running', 'running', 3), aRun('first', 'waiting', 5), aRun('second', 'waiting', 4), aRun('old', 'done', 1)];
    await readRuns();
    expect(ids()).toEqual(['running', 'first', 'second', 'old']);
    host.tell('run.changed', { run: aRun('third', 'waiting', 6) });
    host.tell('run.changed', { run: aRun('running', 'done', 7) });
    host.tell('run.changed', { run: aRun('second', 'running', 8) });
    expect(ids()).toEqual(['second', 'first', 'third', 'running', 'old']);
    host.tell('run.removed', { ids: ['old', 'first'] });
    expect(ids()).toEqual(['second', 'third', 'running']);
  });

  it('comes with how things stand with the nodes of the run that runs', async () => {
    listed = [aRun('b', 'running', 1)];
    news = [
      { event: 'node.planned', data: { run: 'b', tab: 't', waiting: ['n', 'm', 'o'], cached: ['p'], seeds: [] } },
      { event: 'node.done', data: { run: 'b', tab: 't', node: 'n', ms: 5, cached: false, pictures: [] } },
      { event: 'node.progress', data: { run: 'b', tab: 't', node: 'm', value: 3, max: 20 } },
    ];
    await readRuns();
    await nextFrame();
    expect(['n', 'm', 'o', 'p'].map((id) => nodeRun('t', id).state)).toEqual(['done', 'running', 'waiting', 'cached']);
  });

  it('tells which nodes of a graph have failed, and of another graph or tab none', async () => {
    listed = [aRun('c', 'running', 1)];
    const problem = { what: 'It broke.', fix: 'Mend it.' };
    const failed = (tab: string, node: string) => ({ event: 'node.failed' as const, data: { run: 'c', tab, node, problem } });
    news = [failed('u', 'n'), failed('u', 'outer/m'), failed('v', 'k')];
    await readRuns();
    await nextFrame();
    expect([...failedNodes('u', [])].sort()).toEqual(['n', 'outer']);
    expect([...failedNodes('u', ['outer'])]).toEqual(['m']);
    expect([...failedNodes('t', [])]).toEqual([]);
  });

  it('is asked for again when the connection is back, and what ran meanwhile is no longer shown as running', async () => {
    listed = [aRun('a', 'running', 1)];
    await readRuns();
    host.tell('node.planned', { run: 'a', tab: 't', waiting: ['n', 'm'], cached: [], seeds: [] });
    host.tell('node.started', { run: 'a', tab: 't', node: 'n' });
    await nextFrame();
    expect(nodeRun('t', 'n').state).toBe('running');
    host.bridge.connection.setState('reconnecting', true);
    listed = [aRun('a', 'failed', 2)];
    host.bridge.connection.setState('connected', true);
    await nextFrame();
    expect(useRuns.getState().runs).toEqual(listed);
    expect([nodeRun('t', 'n').state, nodeRun('t', 'm').state]).toEqual(['idle', 'idle']);
  });
});
