import type { EventData, EventName } from '../../electron/bridge/contract.ts';
import { readEvent } from './calls.ts';

/** Who listens to which event of the host. */
export type Listeners = {
  /** Returns what ends the listening. */
  on<N extends EventName>(event: N, listener: (data: EventData<N>) => void): () => void;
  /** Tells an event to those who listen, if its data is as the contract says. */
  tell(event: EventName, data: unknown): void;
};

export function createListeners(): Listeners {
  const byEvent = new Map<EventName, Set<(data: never) => void>>();
  return {
    on(event, listener) {
      const listeners = byEvent.get(event) ?? new Set();
      byEvent.set(event, listeners.add(listener));
      return () => listeners.delete(listener);
    },
    tell(event, data) {
      const checked = readEvent(event, data);
      if (checked === undefined) return;
      for (const listener of byEvent.get(event) ?? []) listener(checked as never);
    },
  };
}
