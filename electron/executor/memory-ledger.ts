import { chooseVictims, excessOver, priorityOf } from './greedy-dual.ts';

type Held<Holder> = { readonly bytes: number; readonly costMs: number; priority: number; readonly holders: Set<Holder> };

export type Eviction<Holder> = { readonly key: string; readonly holders: readonly Holder[] };

/** Which process holds which values in its memory, and what has to go when they exceed a budget of bytes. */
export class MemoryLedger<Holder> {
  readonly #values = new Map<string, Held<Holder>>();
  #clock = 0;
  #total = 0;

  /** The processes that hold a value. */
  holders(key: string): ReadonlySet<Holder> {
    return this.#values.get(key)?.holders ?? new Set();
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  get totalBytes(): number {
    return this.#total;
  }

  add(key: string, value: { readonly bytes: number; readonly costMs: number }, holder: Holder): void {
    const held = this.#values.get(key) ?? { ...value, priority: 0, holders: new Set() };
    if (!held.holders.has(holder)) this.#total += held.bytes;
    held.holders.add(holder);
    this.#values.set(key, held);
    this.touch(key);
  }

  /** Notes that a value is used now. */
  touch(key: string): void {
    const held = this.#values.get(key);
    if (held !== undefined) held.priority = priorityOf(this.#clock, held.costMs, held.bytes);
  }

  forget(key: string): void {
    const held = this.#values.get(key);
    if (held === undefined) return;
    this.#total -= held.bytes * held.holders.size;
    this.#values.delete(key);
  }

  /** Forgets what was in a process that has ended. */
  forgetHolder(holder: Holder): void {
    for (const [key, held] of this.#values) {
      if (!held.holders.delete(holder)) continue;
      this.#total -= held.bytes;
      if (held.holders.size === 0) this.#values.delete(key);
    }
  }

  /** Forgets the least valuable values until the rest fits, but none of the `pinned` ones. Returns what has to be dropped. */
  trim(budgetBytes: number, pinned: ReadonlySet<string>): readonly Eviction<Holder>[] {
    const excess = excessOver(budgetBytes, this.#total);
    if (excess === 0) return [];
    const loose = Array.from(this.#values, ([key, { bytes, priority, holders }]) => ({ key, bytes: bytes * holders.size, priority }));
    const victims = chooseVictims(
      loose.filter(({ key }) => !pinned.has(key)),
      excess,
    );
    return victims.map(({ key, priority }) => {
      const holders = Array.from(this.holders(key));
      this.#clock = Math.max(this.#clock, priority);
      this.forget(key);
      return { key, holders };
    });
  }
}
