import type { SQLOutputValue } from 'node:sqlite';
import type { Result, Tab } from '../bridge/contract.ts';
import { type Database, transact } from '../storage/database.ts';

type Session = Result<'session.read'>;

/** The open tabs on the disk. Each function is one transaction, done when it returns. */
export type SessionStore = {
  /** The tabs in their order; those that no order names come last, in the order in which they were first kept. */
  read(): Session;
  keep(tab: Tab): void;
  /** Keeps the order and which tab is shown, and forgets the tabs that are not in the order. */
  arrange(order: readonly string[], active: string | null): void;
};

function tabOf(row: Record<string, SQLOutputValue>): Tab {
  return {
    id: String(row.id),
    title: String(row.title),
    file: row.file === null ? null : String(row.file),
    text: String(row.text),
    unsaved: row.unsaved === 1,
  };
}

export function createSessionStore(database: Database): SessionStore {
  return {
    read: () =>
      database.use((open) => {
        const tabs = open.prepare('SELECT * FROM tabs ORDER BY rowid').all().map(tabOf);
        const kept = open.prepare('SELECT tab_order, active FROM session').get();
        const order = kept === undefined ? [] : (JSON.parse(String(kept.tab_order)) as string[]);
        const place = new Map(order.map((id, index) => [id, index]));
        const active = tabs.find(({ id }) => id === kept?.active)?.id ?? null;
        const placeOf = ({ id }: Tab) => place.get(id) ?? order.length;
        return { tabs: tabs.toSorted((a, b) => placeOf(a) - placeOf(b)), active };
      }),
    keep({ id, title, file, unsaved, text }) {
      database.use((open) =>
        open
          .prepare(
            `INSERT INTO tabs (id, title, file, unsaved, text) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET title = excluded.title, file = excluded.file, unsaved = excluded.unsaved, text = excluded.text`,
          )
          .run(id, title, file, Number(unsaved), text),
      );
    },
    arrange(order, active) {
      database.use((open) =>
        transact(open, () => {
          const names = JSON.stringify(order);
          open.prepare('DELETE FROM tabs WHERE id NOT IN (SELECT value FROM json_each(?))').run(names);
          open.prepare('INSERT OR REPLACE INTO session (only, tab_order, active) VALUES (1, ?, ?)').run(names, active);
        }),
      );
    },
  };
}
