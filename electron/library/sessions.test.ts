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
