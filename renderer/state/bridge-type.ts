import type { StoreApi } from 'zustand/vanilla';
import type { Answer, CallName, EventData, EventName, Params } from '../../electron/bridge/contract.ts';

export type Connection = 'connected' | 'reconnecting';

/** The page's way to the host. */
export type Bridge = {
  /** Never rejects: what goes wrong is in the answer. Waits for the connection where there is none. */
  call<N extends CallName>(name: N, params: Params<N>): Promise<Answer<N>>;
  /** Returns what ends the listening. */
  on<N extends EventName>(event: N, listener: (data: EventData<N>) => void): () => void;
  readonly connection: StoreApi<Connection>;
};
