import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { resultTable } from '../../nodes/result-table.ts';
import type { SocketType } from '../../nodes/types.ts';
import type { SavedFile, ValueInfo } from '../workers/protocol.ts';
import { costToRestore, excessOver, priorityOf, type Weighed } from './greedy-dual.ts';

/** The files of a node, saved for one output folder. */
export type SavedSet = { readonly outputFolder: string; readonly files: readonly SavedFile[] };

/** What is known about a node's result. */
export type Entry = {
  readonly value: ValueInfo;
  /** What it took to make, in milliseconds. */
  readonly ms: number;
  /** The size of its file; absent if it has none. */
  readonly fileBytes?: number;
  readonly saved: readonly SavedSet[];
};

/** The catalog decides which types there are; a row of one that is gone is never asked for. */
const socketType = z.custom<SocketType>((type) => typeof type === 'string');

const savedFile = { path: z.string(), folder: z.enum(['output', 'temp']), size: z.number(), mtimeMs: z.number() };

const entrySchema: z.ZodType<Entry> = z.object({
  value: z.object({
    outputs: z.record(z.string(), z.object({ type: socketType, shapes: z.array(z.array(z.number()).nullable()) })),
    bytes: z.number(),
    json: z.string().optional(),
    tables: z.array(resultTable).optional(),
  }),
  ms: z.number(),
  fileBytes: z.number().optional(),
  saved: z.array(
    z.object({
      outputFolder: z.string(),
      files: z.array(
        z.discriminatedUnion('kind', [
          z.object({ ...savedFile, kind: z.literal('picture'), width: z.number(), height: z.number() }),
          z.object({ ...savedFile, kind: z.literal('checkpoint') }),
        ]),
      ),
    }),
  ),
});

/** Raised when rows of older versions can no longer be read: they are then forgotten. */
const layoutVersion = 2;
/** What a row takes beside its text. */
const rowBytes = 200;
const flushDelayMs = 20;
/** So many rows are written in a few milliseconds. */
const rowsPerFlush = 500;

/**
 * The results that outlive the process, by key, in an SQLite file. It is a cache: nothing is flushed to the disk
 * for it, and a damaged file is replaced by an empty one. Several processes may have it open.
 */
export class DiskIndex {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #byPriority: StatementSync;
  readonly #pending = new Map<string, Entry | undefined>();
  #timer: NodeJS.Timeout | undefined;
  #clock: number;
  #total: number;

  constructor(path: string) {
    this.#database = openDatabase(path);
    this.#get = this.#database.prepare('SELECT entry FROM results WHERE key = ?');
    this.#put = this.#database.prepare('INSERT OR REPLACE INTO results (key, entry, bytes, priority) VALUES (?, ?, ?, ?)');
    this.#remove = this.#database.prepare('DELETE FROM results WHERE key = ?');
    this.#byPriority = this.#database.prepare('SELECT key, bytes, priority FROM results ORDER BY priority');
    const sums = this.#database.prepare('SELECT SUM(bytes) AS total, MIN(priority) AS clock FROM results').get();
    this.#total = Number(sums?.total ?? 0);
    this.#clock = Number(sums?.clock ?? 0);
  }

  /** The bytes of all files and rows. */
  get totalBytes(): number {
    return this.#total;
  }

  get(key: string): Entry | undefined {
    if (this.#pending.has(key)) return this.#pending.get(key);
    try {
      const row = this.#get.get(key);
      return row === undefined ? undefined : entrySchema.parse(JSON.parse(String(row.entry)));
    } catch {
      // A damaged row is a result that has to be made again.
      return undefined;
    }
  }

  /** Takes an entry, in place of the one that the key had. It is written a little later. */
  put(key: string, entry: Entry): void {
    this.#note(key, entry);
  }

  remove(key: string): void {
    this.#note(key, undefined);
  }

  /** Forgets the entries of least value until the rest fits, but none of the `pinned` ones. Returns their keys. */
  trim(budgetBytes: number, pinned: ReadonlySet<string>): readonly string[] {
    const excess = excessOver(budgetBytes, this.#total);
    if (excess === 0) return [];
    this.#flush();
    const victims = this.#leastValuable(excess, pinned);
    for (const { key, priority } of victims) {
      this.#clock = Math.max(this.#clock, priority);
      this.remove(key);
    }
    return victims.map(({ key }) => key);
  }

  close(): void {
    clearTimeout(this.#timer);
    while (this.#pending.size > 0) this.#flush();
    this.#database.close();
  }

  /** Reads no more rows than have to go: there may be very many. */
  #leastValuable(excess: number, pinned: ReadonlySet<string>): readonly Weighed[] {
    const victims: Weighed[] = [];
    let freed = 0;
    for (const row of this.#byPriority.iterate()) {
      if (freed >= excess) break;
      const [key, bytes, priority] = [String(row.key), Number(row.bytes), Number(row.priority)];
      if (pinned.has(key) || this.#pending.has(key)) continue;
      victims.push({ key, bytes, priority });
      freed += bytes;
    }
    return victims;
  }

  #note(key: string, entry: Entry | undefined): void {
    this.#total += bytesOf(entry) - bytesOf(this.get(key));
    this.#pending.set(key, entry);
    this.#timer ??= setTimeout(() => this.#flushSome(), flushDelayMs);
  }

  #flushSome(): void {
    this.#flush();
    this.#timer = this.#pending.size > 0 ? setTimeout(() => this.#flushSome(), 0) : undefined;
  }

  #flush(): void {
    const batch = Array.from(this.#pending).slice(0, rowsPerFlush);
    for (const [key] of batch) this.#pending.delete(key);
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const [key, entry] of batch) {
        if (entry === undefined) this.#remove.run(key);
        else this.#put.run(key, JSON.stringify(entry), bytesOf(entry), this.#priority(entry));
      }
      this.#database.exec('COMMIT');
    } catch {
      // A full disk, or another process that writes for long: what is lost can be made again.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    }
  }

  #priority(entry: Entry): number {
    return priorityOf(this.#clock, costToRestore(entry.ms, bytesOf(entry), false), bytesOf(entry));
  }
}

function bytesOf(entry: Entry | undefined): number {
  if (entry === undefined) return 0;
  const { json = '', tables } = entry.value;
  return rowBytes + (entry.fileBytes ?? 0) + json.length + (tables === undefined ? 0 : JSON.stringify(tables).length);
}

/** Where there is no room for a file, an index in memory serves as long as the process lives. */
function openDatabase(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return prepareDatabase(path);
  } catch {
    return openAnew(path) ?? prepareDatabase(':memory:');
  }
}

function openAnew(path: string): DatabaseSync | undefined {
  try {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    return prepareDatabase(path);
  } catch {
    return undefined;
  }
}

function prepareDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 40 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    if (database.prepare('PRAGMA user_version').get()?.user_version !== layoutVersion) {
      database.exec(`DROP TABLE IF EXISTS results; PRAGMA user_version = ${layoutVersion}`);
    }
    database.exec(
      'CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, entry TEXT NOT NULL, bytes INTEGER NOT NULL, priority REAL NOT NULL) WITHOUT ROWID',
    );
    database.exec('CREATE INDEX IF NOT EXISTS by_priority ON results (priority)');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
