import { useCallback, useSyncExternalStore } from 'react';

/**
 * Values by key, of which each listener hears only its own: with thousands of cards on the canvas, a change wakes up
 * only those that it concerns.
 */
export type KeyedStore<T> = {
  get(key: string): T | undefined;
  /** Sets the values that differ from what is there, and takes away keys whose value is undefined. */
  set(changes: Iterable<readonly [string, T | undefined]>): void;
  keys(): Iterable<string>;
  entries(): Iterable<readonly [string, T]>;
  /** Returns what ends the listening. */
  subscribe(key: string, listener: () => void): () => void;
};

export function createKeyedStore<T>(): KeyedStore<T> {
  const values = new Map<string, T>();
  const listeners = new Map<string, Set<() => void>>();

  const put = (key: string, value: T | undefined): boolean => {
    if (Object.is(values.get(key), value)) return false;
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    return true;
  };

  return {
    get: (key) => values.get(key),
    set(changes) {
      const changed = [...changes].filter(([key, value]) => put(key, value));
      // All values are in place before anyone looks.
      for (const [key] of changed) for (const listener of [...(listeners.get(key) ?? [])]) listener();
    },
    keys: () => values.keys(),
    entries: () => values.entries(),
    subscribe(key, listener) {
      const own = listeners.get(key) ?? new Set();
      listeners.set(key, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(key) === own) listeners.delete(key);
      };
    },
  };
}

/** The value of a key, for a component that is to render again when it changes. */
export function useKeyed<T>(store: KeyedStore<T>, key: string): T | undefined {
  const subscribe = useCallback((listener: () => void) => store.subscribe(key, listener), [store, key]);
  return useSyncExternalStore(subscribe, () => store.get(key));
}
