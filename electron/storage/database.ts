import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Problem, ProblemError } from '../../nodes/problem.ts';

/** How long to wait for a Weft that is just ending to let the database go. */
const patienceMs = 3000;

/** One entry brings a database from the version of its index to the next. Entries are never changed, only added. */
const migrations: readonly string[] = [
  `CREATE TABLE runs (
     id TEXT PRIMARY KEY,
     request TEXT UNIQUE,
     tab TEXT NOT NULL,
     title TEXT NOT NULL,
     state TEXT NOT NULL,
     queued_at REAL NOT NULL,
     started_at REAL,
     ended_at REAL,
     place REAL NOT NULL,
     wanted TEXT,
     pictures TEXT NOT NULL DEFAULT '[]',
     problems TEXT NOT NULL DEFAULT '[]',
     bytes INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX runs_by_end ON runs (ended_at);
   -- Apart from what changes: a change writes its whole row.
   CREATE TABLE run_workflows (
     run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
     text TEXT NOT NULL
   ) STRICT;
   CREATE TABLE tabs (
     id TEXT PRIMARY KEY,
     title TEXT NOT NULL,
     file TEXT,
     unsaved INTEGER NOT NULL,
     text TEXT NOT NULL
   ) STRICT;
   CREATE TABLE session (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     tab_order TEXT NOT NULL,
     active TEXT
   ) STRICT;`,
  `ALTER TABLE runs ADD COLUMN tables TEXT NOT NULL DEFAULT '[]';`,
  // Each window has its own tabs. What was there belongs to the window without a name, which the next one takes over.
  `ALTER TABLE tabs ADD COLUMN window TEXT NOT NULL DEFAULT '';
   CREATE TABLE windows (
     id TEXT PRIMARY KEY,
     tab_order TEXT NOT NULL,
     active TEXT,
     shown_at REAL NOT NULL
   ) STRICT;
   INSERT INTO windows SELECT '', tab_order, active, 0 FROM session;
   DROP TABLE session;`,
];

/** SQLite's result codes: https://www.sqlite.org/rescode.html */
const codes = { busy: 5, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;

function codeOf(error: unknown): number | undefined {
  // Extended codes carry the primary one in their lowest byte.
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code === codes.corrupt || code === codes.notADatabase;
}

/** What a person can mend, in words; other errors as they are. */
function asProblem(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case codes.busy:
      return new ProblemError(
        {
          what: `Weft is open already with this data folder: another Weft holds ${path}.`,
          fix: 'Use that one, close it, or start this one with --data and another folder.',
        },
        { cause: error },
      );
    case codes.full:
      return new ProblemError(
        {
          what: `The disk is full: tabs and runs cannot be kept in ${path}.`,
          fix: 'Free some space on that disk; until then, save your workflows elsewhere.',
        },
        { cause: error },
      );
    case codes.readOnly:
    case codes.ioError:
    case codes.cannotOpen: {
      const reason = error instanceof Error ? error.message : String(error);
      return new ProblemError(
        {
          what: `Tabs and runs cannot be kept in ${path}: ${reason}.`,
          fix: 'Check that the data folder can be written and that its disk works and has space left.',
        },
        { cause: error },
      );
    }
    default:
      return error;
  }
}

function openAt(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: patienceMs, enableForeignKeyConstraints: true });
  try {
    // One Weft at a time: two would both run what waits. The system lets go of the lock however the process ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    migrate(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > migrations.length) {
    throw new ProblemError({
      what: `${path} was written by a newer Weft.`,
      fix: 'Update Weft, or start it with --data and another folder.',
    });
  }
  transact(database, () => {
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** Does all of it or nothing. */
export function transact<T>(database: DatabaseSync, change: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = change();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors, a full disk among them, have rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * The database of tabs and runs. A damaged file is put aside, and a new one takes its place: of that `notices` tell.
 * Everything here blocks: it belongs into a thread.
 */
export class Database {
  readonly #path: string;
  readonly #notices: Problem[] = [];
  #open: DatabaseSync;

  /** Opens or makes the file; throws a ProblemError if another Weft has it, or it cannot be written. */
  constructor(path: string) {
    this.#path = path;
    this.#open = this.#guarded(() => {
      try {
        return openAt(path);
      } catch (error) {
        if (!isDamage(error)) throw error;
        return this.#afresh();
      }
    });
  }

  get notices(): readonly Problem[] {
    return this.#notices;
  }

  /** Works on the database; once more on a new one where this one proves to be damaged. */
  use<T>(work: (database: DatabaseSync) => T): T {
    return this.#guarded(() => {
      try {
        return work(this.#open);
      } catch (error) {
        if (!isDamage(error)) throw error;
        this.#open.close();
        this.#open = this.#afresh();
        return work(this.#open);
      }
    });
  }

  close(): void {
    this.#open.close();
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asProblem(error, this.#path);
    }
  }

  #afresh(): DatabaseSync {
    const aside = `${this.#path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
    renameSync(this.#path, aside);
    for (const part of ['-wal', '-shm']) if (existsSync(this.#path + part)) renameSync(this.#path + part, aside + part);
    this.#notices.push({
      what: 'The file in which Weft keeps open tabs and the history of runs was damaged, and a new one has been begun.',
      fix: `Saved workflows and pictures are not touched. What could not be read lies in ${aside}.`,
    });
    return openAt(this.#path);
  }
}
