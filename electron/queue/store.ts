import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { ResultTable } from '../../nodes/result-table.ts';
import type { Picture, Run } from '../bridge/contract.ts';
import { type Database, transact } from '../storage/database.ts';
import type { EndedRun, QueuedRun, RunHead } from './queue.ts';

/** How much of the history is kept: the newest runs, and of these as many as have workflows of so many characters. */
export type HistoryLimits = { readonly runs: number; readonly characters: number };

const defaultLimits: HistoryLimits = { runs: 1000, characters: 200_000_000 };

export type NewRun = {
  readonly head: RunHead;
  readonly place: 'front' | 'end';
  /** The workflow as JSON text. */
  readonly text: string;
  readonly wanted: readonly string[] | undefined;
  /** A name for the request: asked for again, it is the same run. */
  readonly request: string | undefined;
};

export type EndOfRun = {
  readonly run: EndedRun;
  readonly pictures: readonly Picture[];
  readonly tables: readonly ResultTable[];
  readonly problems: Run['problems'];
};

/** What a run runs. */
export type RunOrder = { readonly text: string; readonly wanted: readonly string[] | undefined };

/** Runs on the disk. Each function is one transaction, done when it returns. */
export type RunStore = {
  /** Keeps a waiting run. Answers with its id, or with the id of the run that the same request has made before. */
  add(run: NewRun): string;
  started(id: string, startedAt: number): void;
  /** Keeps how a run ended. Answers with the ids of runs that have thereby become too old to be kept. */
  ended(end: EndOfRun): string[];
  /** Keeps the order of the waiting runs. */
  ordered(ids: readonly string[]): void;
  /** The runs that have not ended, in the order in which they run. */
  unfinished(): QueuedRun[];
  /** Ended runs, the last first; with `before` only those that ended earlier. */
  history(limit: number, before: number | null): Run[];
  order(id: string): RunOrder | undefined;
  /** Forgets ended runs; answers with the ids of those that there were. */
  remove(ids: readonly string[]): string[];
};

type Row = Record<string, SQLOutputValue>;

const headOf = (row: Row): RunHead => ({
  id: String(row.id),
  tab: String(row.tab),
  title: String(row.title),
  queuedAt: Number(row.queued_at),
});

function unfinishedOf(row: Row): QueuedRun {
  if (row.state !== 'running') return { ...headOf(row), state: 'waiting', startedAt: null, endedAt: null };
  return { ...headOf(row), state: 'running', startedAt: Number(row.started_at), endedAt: null };
}

function runOf(row: Row): Run {
  return {
    ...headOf(row),
    state: row.state as EndedRun['state'],
    startedAt: row.started_at === null ? null : Number(row.started_at),
    endedAt: Number(row.ended_at),
    pictures: JSON.parse(String(row.pictures)) as Picture[],
    tables: JSON.parse(String(row.tables)) as ResultTable[],
    problems: JSON.parse(String(row.problems)) as Run['problems'],
  };
}

function insert(database: DatabaseSync, { head, place, text, wanted, request }: NewRun): string {
  const same = request === undefined ? undefined : database.prepare('SELECT id FROM runs WHERE request = ?').get(request);
  if (same !== undefined) return String(same.id);
  const end = place === 'front' ? 'MIN(place) - 1' : 'MAX(place) + 1';
  database
    .prepare(
      `INSERT INTO runs (id, request, tab, title, state, queued_at, place, wanted, bytes)
       SELECT ?, ?, ?, ?, 'waiting', ?, COALESCE(${end}, 0), ?, ? FROM runs WHERE state = 'waiting'`,
    )
    .run(head.id, request ?? null, head.tab, head.title, head.queuedAt, wanted === undefined ? null : JSON.stringify(wanted), text.length);
  database.prepare('INSERT INTO run_workflows (run, text) VALUES (?, ?)').run(head.id, text);
  return head.id;
}

function prune(database: DatabaseSync, limits: HistoryLimits): string[] {
  const pruned = database
    .prepare(
      `DELETE FROM runs WHERE id IN (
         SELECT id FROM (
           SELECT id,
             ROW_NUMBER() OVER newest AS number,
             SUM(bytes) OVER newest AS characters
           FROM runs WHERE ended_at IS NOT NULL
           WINDOW newest AS (ORDER BY ended_at DESC ROWS UNBOUNDED PRECEDING)
         ) WHERE number > 1 AND (number > ? OR characters > ?)
       ) RETURNING id`,
    )
    .all(limits.runs, limits.characters);
  return pruned.map(({ id }) => String(id));
}

export function createRunStore(database: Database, limits: HistoryLimits = defaultLimits): RunStore {
  return {
    add: (run) => database.use((open) => transact(open, () => insert(open, run))),
    started(id, startedAt) {
      database.use((open) => open.prepare(`UPDATE runs SET state = 'running', started_at = ? WHERE id = ?`).run(startedAt, id));
    },
    ended: ({ run, pictures, tables, problems }) =>
      database.use((open) =>
        transact(open, () => {
          const [shown, numbers, told] = [pictures, tables, problems].map((part) => JSON.stringify(part));
          open
            .prepare(
              'UPDATE runs SET state = ?, started_at = ?, ended_at = ?, pictures = ?, tables = ?, problems = ?, bytes = bytes + ? WHERE id = ?',
            )
            .run(run.state, run.startedAt, run.endedAt, shown, numbers, told, numbers.length, run.id);
          return prune(open, limits);
        }),
      ),
    ordered(ids) {
      database.use((open) =>
        transact(open, () => {
          const place = open.prepare('UPDATE runs SET place = ? WHERE id = ?');
          ids.forEach((id, index) => {
            place.run(index, id);
          });
        }),
      );
    },
    unfinished: () =>
      database.use((open) =>
        open.prepare(`SELECT * FROM runs WHERE ended_at IS NULL ORDER BY state = 'running' DESC, place`).all().map(unfinishedOf),
      ),
    history: (limit, before) =>
      database.use((open) =>
        open
          .prepare('SELECT * FROM runs WHERE ended_at IS NOT NULL AND ended_at < COALESCE(?, 9e999) ORDER BY ended_at DESC LIMIT ?')
          .all(before, limit)
          .map(runOf),
      ),
    order: (id) =>
      database.use((open) => {
        const row = open.prepare('SELECT text, wanted FROM runs JOIN run_workflows ON run = id WHERE id = ?').get(id);
        if (row === undefined) return undefined;
        return { text: String(row.text), wanted: row.wanted === null ? undefined : (JSON.parse(String(row.wanted)) as string[]) };
      }),
    remove: (ids) =>
      database.use((open) =>
        transact(open, () => {
          const remove = open.prepare('DELETE FROM runs WHERE id = ? AND ended_at IS NOT NULL RETURNING id');
          return ids.filter((id) => remove.get(id) !== undefined);
        }),
      ),
  };
}
