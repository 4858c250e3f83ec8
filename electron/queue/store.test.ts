import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../library/temporary-folder.fixture.ts';
import { Database } from '../storage/database.ts';
import type { EndedRun } from './queue.ts';
import { createRunStore, type HistoryLimits, type NewRun } from './store.ts';

function openStore(limits?: HistoryLimits) {
  const database = new Database(join(temporaryFolder(), 'weft.sqlite'));
  onTestFinished(() => database.close());
  return createRunStore(database, limits);
}

const newRun = (id: string, more: Partial<NewRun> = {}): NewRun => ({
  head: { id, tab: 'tab', title: `Title of ${id}`, queuedAt: 5 },
  place: 'end',
  text: `{"of":"${id}"}`,
  wanted: undefined,
  request: undefined,
  ...more,
});

const ended = (id: string, endedAt: number, state: EndedRun['state'] = 'done'): EndedRun => ({
  ...newRun(id).head,
  state,
  startedAt: 6,
  endedAt,
});

const picture = { url: 'pictures/output/a.png', name: 'a.png', width: 8, height: 9 };
const table = { kind: 'shares' as const, columns: ['#1'], rows: [{ label: 'cat', values: [0.9] }] };
const ids = (runs: readonly { id: string }[]) => runs.map(({ id }) => id);

describe('the store of runs', () => {
  it('keeps the order in which runs wait, that of one put in front and that of a move', () => {
    const store = openStore();
    store.add(newRun('a'));
    store.add(newRun('b'));
    store.add(newRun('first', { place: 'front' }));
    expect(ids(store.unfinished())).toEqual(['first', 'a', 'b']);
    store.ordered(['b', 'first', 'a']);
    store.add(newRun('last'));
    expect(ids(store.unfinished())).toEqual(['b', 'first', 'a', 'last']);
    store.started('a', 6);
    expect(store.unfinished()[0]).toEqual({ ...newRun('a').head, state: 'running', startedAt: 6, endedAt: null });
  });

  it('gives the workflow back as it was, whatever is in it', () => {
    const store = openStore();
    const text = '{"text":"caf\u00e9 \u{1f308} \\u0000","seed":18446744073709551615}';
    store.add(newRun('a', { text, wanted: ['x', 'y/z'] }));
    expect(store.order('a')).toEqual({ text, wanted: ['x', 'y/z'] });
    expect(store.order('b')).toBeUndefined();
  });

  it('answers the same request with the same run', () => {
    const store = openStore();
    expect(store.add(newRun('a', { request: 'r' }))).toBe('a');
    expect(store.add(newRun('b', { request: 'r' }))).toBe('a');
    expect(store.add(newRun('c'))).toBe('c');
    expect(store.add(newRun('d'))).toBe('d');
    expect(ids(store.unfinished())).toEqual(['a', 'c', 'd']);
  });

  it('lists ended runs, the last first, page by page', () => {
    const store = openStore();
    for (const id of ['a', 'b', 'c', 'waiting']) store.add(newRun(id));
    store.ended({ run: ended('b', 10), pictures: [picture], tables: [table], problems: [] });
    store.ended({ run: ended('a', 20, 'failed'), pictures: [], tables: [], problems: [{ node: 'n', what: 'It is wrong.' }] });
    store.ended({ run: { ...ended('c', 30, 'cancelled'), startedAt: null }, pictures: [], tables: [], problems: [] });
    expect(store.history(2, null)).toEqual([
      { ...ended('c', 30, 'cancelled'), startedAt: null, pictures: [], tables: [], problems: [] },
      { ...ended('a', 20, 'failed'), pictures: [], tables: [], problems: [{ node: 'n', what: 'It is wrong.' }] },
    ]);
    expect(store.history(2, 20)).toEqual([{ ...ended('b', 10), pictures: [picture], tables: [table], problems: [] }]);
    expect(ids(store.unfinished())).toEqual(['waiting']);
  });

  it('forgets ended runs with their workflows, and only those', () => {
    const store = openStore();
    for (const id of ['a', 'waiting']) store.add(newRun(id));
    store.ended({ run: ended('a', 10), pictures: [], tables: [], problems: [] });
    expect(store.remove(['a', 'waiting', 'unknown'])).toEqual(['a']);
    expect(store.order('a')).toBeUndefined();
    expect(store.order('waiting')).toBeDefined();
  });

  it('keeps no more of the history than the limits allow, but what waits and what ended last', () => {
    const store = openStore({ runs: 3, characters: 100 });
    const end = (id: string, endedAt: number) => store.ended({ run: ended(id, endedAt), pictures: [], tables: [], problems: [] });
    const long = 'x'.repeat(60);
    for (const id of ['a', 'b', 'c', 'd', 'waiting']) store.add(newRun(id));
    for (const id of ['e', 'f']) store.add(newRun(id, { text: long }));
    store.add(newRun('g', { text: long + long }));
    expect([end('a', 1), end('b', 2), end('c', 3)]).toEqual([[], [], []]);
    expect(end('d', 4)).toEqual(['a']);
    expect(end('e', 5)).toEqual(['b']);
    expect(end('f', 6).toSorted()).toEqual(['c', 'd', 'e']);
    expect(end('g', 7)).toEqual(['f']);
    expect(ids(store.history(10, null))).toEqual(['g']);
    expect(ids(store.unfinished())).toEqual(['waiting']);
  });
});
