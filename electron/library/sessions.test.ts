import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Tab } from '../bridge/contract.ts';
import { Database } from '../storage/database.ts';
import { createSessionStore } from './sessions.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

function openSession() {
  const database = new Database(join(temporaryFolder(), 'weft.sqlite'));
  onTestFinished(() => database.close());
  return createSessionStore(database);
}

const tab = (id: string, more: Partial<Tab> = {}): Tab => ({ id, title: `Title of ${id}`, file: null, text: '{}', unsaved: true, ...more });

describe('the session', () => {
  it('is empty at first', () => {
    expect(openSession().read()).toEqual({ tabs: [], active: null });
  });

  it('keeps tabs as they were kept last', () => {
    const session = openSession();
    session.keep(tab('a'));
    const changed = tab('a', { title: 'New', file: 'New.weft.json', text: '{"seed":18446744073709551615}', unsaved: false });
    session.keep(changed);
    expect(session.read().tabs).toEqual([changed]);
  });

  it('keeps the order, with tabs that it does not name last', () => {
    const session = openSession();
    session.arrange(['late', 'b', 'a'], 'b');
    for (const id of ['a', 'b', 'new', 'newer', 'late']) session.keep(tab(id));
    const { tabs, active } = session.read();
    expect(tabs.map(({ id }) => id)).toEqual(['late', 'b', 'a', 'new', 'newer']);
    expect(active).toBe('b');
  });

  it('forgets tabs that are not in the order', () => {
    const session = openSession();
    for (const id of ['a', 'b']) session.keep(tab(id));
    session.arrange(['b'], 'a');
    expect(session.read()).toEqual({ tabs: [tab('b')], active: null });
  });
});

describe('the sessions of several windows', () => {
  it('are apart: none forgets or orders the tabs of another', () => {
    const session = openSession();
    expect(session.read('one', ['one'])).toEqual({ tabs: [], active: null });
    for (const id of ['a', 'b']) session.keep(tab(id), 'one');
    session.arrange(['b', 'a'], 'a', 'one');
    expect(session.read('two', ['one', 'two'])).toEqual({ tabs: [], active: null });
    session.keep(tab('c'), 'two');
    session.arrange(['c'], 'c', 'two');
    expect(session.read('one', ['one', 'two'])).toEqual({ tabs: [tab('b'), tab('a')], active: 'a' });
    expect(session.read('two', ['one', 'two'])).toEqual({ tabs: [tab('c')], active: 'c' });
    expect(session.read().tabs.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  });

  it('come together in a new window once theirs are gone, each tab once', () => {
    const session = openSession();
    session.keep(tab('a'), 'one');
    session.arrange(['a'], 'a', 'one');
    for (const id of ['b', 'c']) session.keep(tab(id), 'two');
    session.arrange(['c', 'b'], 'b', 'two');
    session.keep(tab('d'), 'three');
    session.arrange(['d'], 'd', 'three');
    const all = session.read('new', ['new', 'three']);
    expect(all).toEqual({ tabs: [tab('a'), tab('c'), tab('b')], active: 'b' });
    expect(session.read('new', ['new', 'three'])).toEqual(all);
    expect(session.read('later', ['new', 'three', 'later']).tabs).toEqual([]);
  });

  it('tell which tabs a window takes back that was only thought to be gone', () => {
    const session = openSession();
    session.keep(tab('a'), 'one');
    expect(session.arrange(['a'], 'a', 'one')).toEqual([]);
    session.read('two', ['two']);
    expect(session.arrange(['a'], 'a', 'one')).toEqual(['a']);
    expect(session.read('two', ['one', 'two']).tabs).toEqual([]);
    expect(session.read('one', ['one', 'two']).tabs).toEqual([tab('a')]);
  });
});
