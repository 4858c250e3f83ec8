import { type EventData, type EventName, events } from './contract.ts';
import type { LogError } from './dispatch.ts';

/** Tells every open page something. */
export type Tell = <N extends EventName>(event: N, data: EventData<N>) => void;

type EventListener = (event: EventName, data: unknown) => void;

/** Where news of the services meets the transports. */
export type EventsHub = {
  readonly tell: Tell;
  /** Returns a function that ends it. */
  subscribe(listener: EventListener): () => void;
};

/** Data that does not fit the contract is a mistake of ours: it is logged, and not told. */
export function createEventsHub(logError: LogError): EventsHub {
  const listeners = new Set<EventListener>();
  return {
    tell(event, data) {
      const checked = events[event].safeParse(data);
      if (!checked.success) {
        logError(`The event ${event} does not fit the contract.`, checked.error);
        return;
      }
      for (const listener of listeners) listener(event, checked.data);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
