import { describe, expect, it } from 'vitest';
import { workerPids } from '../../test/fixtures/processes.ts';
import type { Run } from '../bridge/contract.ts';
import { temporaryFolder } from '../library/temporary-folder.fixture.ts';
import { quick, runOf, slow, startRunner } from './runner.fixture.ts';

const titles = (runs: readonly Run[]) => runs.map(({ title }) => title);

describe('the runner', () => {
  it('runs what is queued one after another, and tells and keeps how it went', async () => {
    const { runner, of, ended } = await startRunner();
    const a = await runner.add(runOf(quick('a'), { title: 'A' }));
    const b = await runner.add(runOf(quick('b'), { title: 'B' }));
    expect(await ended(a)).toMatchObject({ state: 'done', pictures: [{ name: 'a_00001_.png', url: 'pictures/output/a_00001_.png' }] });
    expect(await ended(b)).toMatchObject({ state: 'done', pictures: [{ name: 'b_00001_.png' }] });
    const states = of('run.changed').map(({ run }) => `${run.title} ${run.state}`);
    expect(states.filter((state) => state.startsWith('A'))).toEqual(['A waiting', 'A running', 'A done']);
    expect(states.indexOf('A done')).toBeLessThan(states.indexOf('B running') + 2);
    expect(of('node.planned')).toMatchObject([{ run: a, waiting: ['save'] }, { run: b }]);
    expect(of('node.done')[0]).toMatchObject({ run: a, tab: 'tab', node: 'save', cached: false, pictures: [{ name: 'a_00001_.png' }] });
    expect(titles(await runner.list(10, null))).toEqual(['B', 'A']);
    expect(await runner.workflow(a)).toBe(runOf(quick('a')).text);
  });

  it('tells and keeps the tables that nodes show', async () => {
    const { runner, of, ended } = await startRunner();
    const graph = { number: ['Number', { value: 3 }], table: ['Table', { value: ['number', 'FLOAT'] }] } as const;
    const tables = [{ kind: 'numbers', columns: ['#1'], rows: [{ label: 'value', values: [3] }] }];
    expect(await ended(await runner.add(runOf(graph)))).toMatchObject({ state: 'done', tables });
    expect(of('node.done').find(({ node }) => node === 'table')).toMatchObject({ tables });
    expect(await runner.list(10, null)).toMatchObject([{ tables }]);
  });

  it('keeps no table that is larger than a history should be', async () => {
    const { runner, ended } = await startRunner();
    const count = 1000;
    const graph = { range: ['Range', { count }], table: ['Table', { value: ['range', 'FLOAT'] }] } as const;
    const { tables } = await ended(await runner.add(runOf(graph)));
    expect(JSON.stringify(tables).length).toBeGreaterThan(25_000);
    expect(tables.length).toBeLessThan(count);
  });

  it('runs a run that is put in front next, and in the order of a move', async () => {
    const { runner, of, next } = await startRunner();
    const first = await runner.add(runOf(slow, { title: 'slow' }));
    const waiting: string[] = [];
    for (const title of ['a', 'b', 'c']) waiting.push(await runner.add(runOf(quick(title), { title })));
    await runner.add(runOf(quick('front'), { title: 'front', front: true }));
    await runner.move(waiting[2] ?? '', waiting[0] ?? null);
    expect(titles(await runner.list(10, null))).toEqual(['slow', 'front', 'c', 'a', 'b']);
    const last = next('run.changed', ({ run }: { run: Run }) => run.title === 'b' && run.state === 'done');
    await runner.cancel(first);
    await last;
    const order = of('run.changed').filter(({ run }) => run.state === 'running');
    expect(order.map(({ run }) => run.title)).toEqual(['slow', 'front', 'c', 'a', 'b']);
  });

  it('queues the same request once', async () => {
    const { runner } = await startRunner();
    await runner.add(runOf(slow));
    const twice = runOf(quick('a'), { request: 'r' });
    const [one, two] = await Promise.all([runner.add(twice), runner.add(twice)]);
    expect(two).toBe(one);
    expect(await runner.list(10, null)).toHaveLength(2);
  });

  it('cancels what runs and what waits', async () => {
    const { runner, ended, next } = await startRunner();
    const progress = next('node.progress');
    const running = await runner.add(runOf(slow));
    const waiting = await runner.add(runOf(quick('a')));
    await progress;
    await runner.cancelAll();
    expect(await ended(waiting)).toMatchObject({ state: 'cancelled', startedAt: null });
    expect(await ended(running)).toMatchObject({ state: 'cancelled', problems: [] });
    await runner.cancel(running);
    await runner.cancel('unknown');
  });

  it('tells of progress at most 30 times a second, and of the last step', async () => {
    const { runner, of, ended } = await startRunner();
    const id = await runner.add(runOf({ steps: ['Steps', { steps: 400, ms: 1 }], show: ['Show', { value: ['steps', 'FLOAT'] }] }));
    const run = await ended(id);
    const told = of('node.progress');
    const seconds = ((run.endedAt ?? 0) - (run.startedAt ?? 0)) / 1000;
    expect(told.length).toBeLessThan(30 * seconds + 2);
    expect(told.at(-1)).toMatchObject({ run: id, node: 'steps', value: 400, max: 400 });
  });

  it('tells a page that comes later how things stand', async () => {
    const { runner, ended, next } = await startRunner();
    expect(runner.nodes()).toEqual([]);
    const progress = next('node.progress');
    const id = await runner.add(runOf({ ...slow, number: ['Number', { value: 3 }], text: ['Show', { value: ['number', 'FLOAT'] }] }));
    await progress;
    const news = runner.nodes();
    expect(news[0]).toMatchObject({ event: 'node.planned', data: { run: id } });
    const ofNode = (node: string) => news.filter(({ data }) => 'node' in data && data.node === node).map(({ event }) => event);
    expect(ofNode('steps')).toEqual(['node.started', 'node.progress']);
    expect(['number', 'text'].flatMap(ofNode).every((event) => event === 'node.done' || event === 'node.started')).toBe(true);
    await runner.cancel(id);
    await ended(id);
    expect(runner.nodes()).toEqual([]);
  });

  it('fails a run whose worker crashes, and goes on with the next', async () => {
    const { runner, ended, next, of } = await startRunner();
    const progress = next('node.progress');
    const crashed = await runner.add(runOf(slow));
    const after = await runner.add(runOf(quick('a')));
    await progress;
    for (const pid of workerPids()) process.kill(pid, 'SIGKILL');
    expect(await ended(crashed)).toMatchObject({
      state: 'failed',
      problems: [{ node: 'steps', what: expect.stringContaining('SIGKILL') }],
    });
    expect(of('node.failed')).toMatchObject([{ node: 'steps' }]);
    expect(await ended(after)).toMatchObject({ state: 'done' });
  });

  it.each([
    ['no JSON', 'not JSON', 'not valid JSON'],
    ['a node that nobody knows', runOf({ x: ['Nowhere'], ...quick('a') }).text, 'no node type'],
  ])('fails a run of %s with a sentence, and goes on', async (_, text, what) => {
    const { runner, ended } = await startRunner();
    const failed = await runner.add({ ...runOf(quick('a')), text });
    const after = await runner.add(runOf(quick('a')));
    expect(await ended(failed)).toMatchObject({ state: 'failed', problems: [{ what: expect.stringContaining(what) }] });
    expect(await ended(after)).toMatchObject({ state: 'done' });
  });

  it('runs up to a node, whatever is wrong elsewhere', async () => {
    const { runner, ended, of } = await startRunner();
    const nodes = { number: ['Number', { value: 3 }], text: ['ToText', { value: ['number', 'FLOAT'] }], x: ['Nowhere'] } as const;
    expect(await ended(await runner.add(runOf(nodes, { wanted: ['text'] })))).toMatchObject({ state: 'done' });
    expect(of('node.done').map(({ node }) => node)).toContain('text');
    expect(await ended(await runner.add(runOf(nodes, { wanted: ['gone'] })))).toMatchObject({
      state: 'failed',
      problems: [{ node: 'gone' }],
    });
  });

  it('forgets ended runs when asked, and tells', async () => {
    const { runner, ended, of } = await startRunner();
    const id = await runner.add(runOf(quick('a')));
    await ended(id);
    // Told before it is kept: the list knows it all the same.
    await runner.remove([id]);
    expect(of('run.removed')).toEqual([{ ids: [id] }]);
    expect(await runner.list(10, null)).toEqual([]);
    await expect(runner.workflow(id)).rejects.toThrow('not in the history');
  });
});

describe('a mistake of ours', () => {
  it('fails the run, is logged, and the next one runs', async () => {
    let calls = 0;
    const { runner, ended, logged } = await startRunner(undefined, {
      prepare: async () => {
        calls++;
        throw new TypeError('x is undefined');
      },
    });
    const first = await runner.add(runOf(quick('a')));
    const second = await runner.add(runOf(quick('a')));
    expect(await ended(first)).toMatchObject({ state: 'failed', problems: [{ what: expect.stringContaining('x is undefined') }] });
    await ended(second);
    expect(calls).toBe(2);
    expect(logged).toHaveLength(2);
  });
});

describe('a Weft that was closed', () => {
  it('fails what ran, and runs what waited', async () => {
    const folder = temporaryFolder();
    const before = await startRunner(folder);
    const progress = before.next('node.progress');
    const running = await before.runner.add(runOf(slow));
    const waiting = await before.runner.add(runOf(quick('a')));
    await progress;
    await before.close();

    const after = await startRunner(folder);
    expect(await after.ended(waiting)).toMatchObject({ state: 'done' });
    const runs = await after.runner.list(10, null);
    expect(runs.find(({ id }) => id === running)).toMatchObject({
      state: 'failed',
      problems: [{ what: 'Weft was closed while this ran.' }],
    });
  });
});
