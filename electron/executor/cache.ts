import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultTable } from '../../nodes/result-table.ts';
import type { SavedFile, TaskResult } from '../workers/protocol.ts';
import { DiskIndex, type Entry, type SavedSet } from './disk-index.ts';
import { costToRestore } from './greedy-dual.ts';
import { type Eviction, MemoryLedger } from './memory-ledger.ts';
import { savedFilesFor } from './saved-files.ts';

type DoneResult = Extract<TaskResult, { status: 'done' }>;

/** Where a task finds a value. */
export type Place<Holder> =
  | { readonly at: 'host'; readonly json: string }
  | { readonly at: 'memory'; readonly holders: ReadonlySet<Holder>; readonly file?: string }
  | { readonly at: 'file'; readonly file: string };

/** So many entries are kept at hand; the others are read from the index when they are asked for. */
const entriesAtHand = 20_000;

/**
 * What is kept of the results of nodes, by content key, and where: small values without tensors here and in the index
 * on disk, the others in the memory of worker processes (`Holder`) and, if they are dear, in a file each.
 */
export class Cache<Holder> {
  readonly #folder: string;
  readonly #budgets: { readonly memoryBytes: number; readonly diskBytes: number };
  readonly #index: DiskIndex;
  readonly #ledger = new MemoryLedger<Holder>();
  readonly #entries = new Map<string, Entry>();

  /** `folder` is made if it is missing; it holds nothing that cannot be made again. */
  constructor(folder: string, budgets: { readonly memoryBytes: number; readonly diskBytes: number }) {
    this.#folder = folder;
    this.#budgets = budgets;
    this.#index = new DiskIndex(join(folder, 'index.sqlite'));
  }

  /** Whether there is room on the disk for values that are dear. */
  get keepsFiles(): boolean {
    return this.#budgets.diskBytes > 0;
  }

  /** The file of a value, whether it is there or not. */
  pathOf(key: string): string {
    return join(this.#folder, 'values', key.slice(0, 2), `${key}.safetensors`);
  }

  has(key: string): boolean {
    return this.find(key) !== undefined;
  }

  /** Where a value is; undefined if it is nowhere. */
  find(key: string): Place<Holder> | undefined {
    const entry = this.#entry(key);
    if (entry === undefined) return undefined;
    if (entry.value.json !== undefined) return { at: 'host', json: entry.value.json };
    const file = entry.fileBytes === undefined ? undefined : this.pathOf(key);
    if (this.#ledger.has(key)) return { at: 'memory', holders: this.#ledger.holders(key), file };
    return file === undefined ? undefined : { at: 'file', file };
  }

  /** Whether a value has a file. */
  hasFile(key: string): boolean {
    return this.#entry(key)?.fileBytes !== undefined;
  }

  /** The bytes of a value that is in a worker or a file; 0 for one in the host. */
  bytesOf(key: string): number {
    const value = this.#entry(key)?.value;
    return value === undefined || value.json !== undefined ? 0 : value.bytes;
  }

  /** What a node shows of its result in numbers. */
  tables(key: string): readonly ResultTable[] | undefined {
    return this.#entry(key)?.value.tables;
  }

  /** Notes that a value is used, which keeps it longer. */
  touch(key: string): void {
    this.#ledger.touch(key);
    const entry = this.#entry(key);
    if (entry !== undefined && outlivesProcess(entry)) this.#index.put(key, entry);
  }

  /** Takes the result of a task that `holder` ran for files in `outputFolder`. */
  add(key: string, { value, ms, fileBytes, saved: files }: DoneResult, holder: Holder, outputFolder: string): void {
    const saved = files.length === 0 ? [] : [{ outputFolder, files }];
    this.#set(key, { value, ms, saved, ...(fileBytes === undefined ? {} : { fileBytes }) });
    if (value.json === undefined) this.addCopy(key, holder);
  }

  /** Notes that another process has read a value into its memory. */
  addCopy(key: string, holder: Holder): void {
    const entry = this.#entry(key);
    if (entry === undefined) return;
    const { ms, value, fileBytes } = entry;
    this.#ledger.add(key, { bytes: value.bytes, costMs: costToRestore(ms, value.bytes, fileBytes !== undefined) }, holder);
  }

  /** Notes that a value has been written to its file. */
  addFile(key: string, fileBytes: number): void {
    const entry = this.#entry(key);
    if (entry !== undefined) this.#set(key, { ...entry, fileBytes });
  }

  /** Forgets a value that turned out to be lost or damaged, and removes its file. */
  async forget(key: string): Promise<void> {
    this.#entries.delete(key);
    this.#index.remove(key);
    this.#ledger.forget(key);
    await rm(this.pathOf(key), { force: true });
  }

  /** Forgets what was in the memory of a process that has ended. */
  forgetHolder(holder: Holder): void {
    this.#ledger.forgetHolder(holder);
  }

  /**
   * The files that an output node saved, in `outputFolder`, copied there if they lie elsewhere. Undefined, and the result
   * forgotten, if it is not cached or its files are gone or changed.
   */
  async savedFiles(key: string, outputFolder: string): Promise<readonly SavedFile[] | undefined> {
    const entry = this.#entry(key);
    if (entry === undefined) return undefined;
    if (entry.saved.length === 0) return [];
    const set = await savedFilesFor(entry.saved, outputFolder);
    if (set === undefined) {
      await this.forget(key);
      return undefined;
    }
    if (!entry.saved.includes(set)) this.#set(key, { ...entry, saved: withSet(entry.saved, set) });
    return set.files;
  }

  /** Keeps memory and disk within their budgets, sparing `pinned`. Returns what processes have to drop. */
  async trim(pinned: ReadonlySet<string>): Promise<readonly Eviction<Holder>[]> {
    for (const key of this.#index.trim(this.#budgets.diskBytes, pinned)) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) this.#entries.set(key, withoutFile(entry));
      await rm(this.pathOf(key), { force: true });
    }
    return this.#ledger.trim(this.#budgets.memoryBytes, pinned);
  }

  close(): void {
    this.#index.close();
  }

  #entry(key: string): Entry | undefined {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const stored = this.#index.get(key);
    if (stored !== undefined) this.#remember(key, stored);
    return stored;
  }

  #set(key: string, entry: Entry): void {
    this.#remember(key, entry);
    if (outlivesProcess(entry)) this.#index.put(key, entry);
  }

  #remember(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    if (this.#entries.size <= entriesAtHand) return;
    for (const [oldest] of this.#entries) {
      // What is only in a process is known only here.
      if (this.#ledger.has(oldest)) continue;
      this.#entries.delete(oldest);
      break;
    }
  }
}

function outlivesProcess({ value, fileBytes }: Entry): boolean {
  return value.json !== undefined || fileBytes !== undefined;
}

function withSet(saved: readonly SavedSet[], set: SavedSet): readonly SavedSet[] {
  return [...saved.filter(({ outputFolder }) => outputFolder !== set.outputFolder), set];
}

function withoutFile({ fileBytes: _fileBytes, ...entry }: Entry): Entry {
  return entry;
}
