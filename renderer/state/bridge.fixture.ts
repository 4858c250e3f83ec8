import { createStore } from 'zustand/vanilla';
import type { Answer, CallName, EventData, EventName, Params, Result } from '../../electron/bridge/contract.ts';
import type { Bridge, Connection } from './bridge-type.ts';
import { createListeners } from './listeners.ts';

type Replies = { readonly [N in CallName]?: (params: Params<N>) => Result<N> };

/** A host within the test: it answers what it is given, and remembers what it was asked. */
export function createTestBridge(replies: Replies) {
  const listeners = createListeners();
  const asked: { readonly name: CallName; readonly params: unknown }[] = [];
  const bridge: Bridge = {
    async call<N extends CallName>(name: N, params: Params<N>): Promise<Answer<N>> {
      asked.push({ name, params });
      const reply = replies[name] as ((params: Params<N>) => Result<N>) | undefined;
      return reply === undefined ? { ok: false, problems: [{ what: `There is no ${name}.` }] } : { ok: true, value: reply(params) };
    },
    on: listeners.on,
    connection: createStore<Connection>(() => 'connected'),
  };
  return {
    bridge,
    /** The arguments of the calls of a name so far. */
    asked: <N extends CallName>(name: N) => asked.filter((one) => one.name === name).map(({ params }) => params as Params<N>),
    tell: <N extends EventName>(event: N, data: EventData<N>) => listeners.tell(event, data),
  };
}
