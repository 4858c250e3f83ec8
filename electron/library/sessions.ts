import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Result, Tab } from '../bridge/contract.ts';
import { type Database, transact } from '../storage/database.ts';

type Session = Result<'session.read'>;

/**
 * The open tabs on the disk, each of one window; the window without a name is that of a host with a single one. Each
 * function is one transaction, done when it returns.
 */
export type SessionStore = {
  /**
   * The tabs of a window in their order; those that no order names come last, in the order in which they were first kept.
   * A window that is new takes over the tabs of those that are gone: all that are not `live`. Without a window: all tabs
   * there are, with the one that was shown last in any of them.
   */
  read(window?: string, live?: readonly string[]): Session;
  keep(tab: Tab, window?: string): void;
  /**
   * Keeps a window's order and which tab is shown, and forgets its tabs that are not in the order. Answers with the tabs
   * in the order that were another window's until now.
   */
  arrange(order: readonly string[], active: string | null, window?: string): string[];
};

type Row = Record<string, SQLOutputValue>;
type Arrangement = { readonly order: readonly string[]; readonly active: string | null };

function tabOf(row: Row): Tab {
  return {
    id: String(row.id),
    title: String(row.title),
    file: row.file === null ? null : String(row.file),
    text: String(row.text),
    unsaved: row.unsaved === 1,
  };
}

function arrangementOf(row: Row): Arrangement {
  return { order: JSON.parse(String(row.tab_order)) as string[], active: row.active === null ? null : String(row.active) };
}

/** Several windows as one: their tabs in the order in which they were shown, and of these the one that was shown last. */
function merged(arrangements: readonly Arrangement[]): Arrangement {
  return {
    order: arrangements.flatMap(({ order }) => order),
    active: arrangements.findLast(({ active }) => active !== null)?.active ?? null,
  };
}

function sessionOf(rows: readonly Row[], { order, active }: Arrangement): Session {
  const tabs = rows.map(tabOf);
  const place = new Map(order.map((id, index) => [id, index]));
  const placeOf = ({ id }: Tab) => place.get(id) ?? order.length;
  return { tabs: tabs.toSorted((a, b) => placeOf(a) - placeOf(b)), active: tabs.find(({ id }) => id === active)?.id ?? null };
}

const noName = '';

function save(open: DatabaseSync, window: string, { order, active }: Arrangement): void {
  open
    .prepare('INSERT OR REPLACE INTO windows (id, tab_order, active, shown_at) VALUES (?, ?, ?, ?)')
    .run(window, JSON.stringify(order), active, Date.now());
}

/** Gives a new window the tabs of those that are gone. */
function takeOver(open: DatabaseSync, window: string, live: readonly string[]): Arrangement {
  const names = JSON.stringify(live);
  const gone = open.prepare('SELECT * FROM windows WHERE id NOT IN (SELECT value FROM json_each(?)) ORDER BY shown_at').all(names);
  const arrangement = merged(gone.map(arrangementOf));
  open.prepare('UPDATE tabs SET window = ? WHERE window NOT IN (SELECT value FROM json_each(?))').run(window, names);
  open.prepare('DELETE FROM windows WHERE id NOT IN (SELECT value FROM json_each(?))').run(names);
  save(open, window, arrangement);
  return arrangement;
}

export function createSessionStore(database: Database): SessionStore {
  return {
    read: (window, live = []) =>
      database.use((open) =>
        transact(open, () => {
          if (window === undefined) {
            const all = open.prepare('SELECT * FROM windows ORDER BY shown_at').all().map(arrangementOf);
            return sessionOf(open.prepare('SELECT * FROM tabs ORDER BY rowid').all(), merged(all));
          }
          const known = open.prepare('SELECT * FROM windows WHERE id = ?').get(window);
          // The window itself is live: it asks.
          const others = live.filter((id) => id !== window);
          const arrangement = known === undefined ? takeOver(open, window, others) : arrangementOf(known);
          return sessionOf(open.prepare('SELECT * FROM tabs WHERE window = ? ORDER BY rowid').all(window), arrangement);
        }),
      ),
    keep({ id, title, file, unsaved, text }, window = noName) {
      database.use((open) =>
        open
          .prepare(
            `INSERT INTO tabs (id, title, file, unsaved, text, window) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET title = excluded.title, file = excluded.file, unsaved = excluded.unsaved,
               text = excluded.text, window = excluded.window`,
          )
          .run(id, title, file, Number(unsaved), text, window),
      );
    },
    arrange: (order, active, window = noName) =>
      database.use((open) =>
        transact(open, () => {
          const names = JSON.stringify(order);
          open.prepare('DELETE FROM tabs WHERE window = ? AND id NOT IN (SELECT value FROM json_each(?))').run(window, names);
          const taken = open
            .prepare('UPDATE tabs SET window = ? WHERE window != ? AND id IN (SELECT value FROM json_each(?)) RETURNING id')
            .all(window, window, names);
          save(open, window, { order, active });
          return taken.map(({ id }) => String(id));
        }),
      ),
  };
}
