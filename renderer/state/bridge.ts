import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { EventName } from '../../electron/bridge/contract.ts';
import type { Bridge, Connection } from './bridge-type.ts';
import { readAnswer } from './calls.ts';
import { createListeners } from './listeners.ts';
import { connectSocket } from './socket.ts';
import { windowId } from './window-id.ts';

/** What Electron's preload puts into the page. */
type Preload = {
  call(name: string, params: unknown): Promise<unknown>;
  on(listener: (event: EventName, data: unknown) => void): () => void;
};

declare global {
  var weft: Preload | undefined;
}

function overPreload(preload: Preload): Bridge {
  const listeners = createListeners();
  preload.on(listeners.tell);
  return {
    call: async (name, params) => readAnswer(name, await preload.call(name, params)),
    on: listeners.on,
    connection: createStore<Connection>(() => 'connected'),
  };
}

function connect(): Bridge {
  return globalThis.weft === undefined ? connectSocket(new URL('.', globalThis.location.href), windowId) : overPreload(globalThis.weft);
}

let current: Bridge | undefined;

/** Puts another bridge in the place of the page's own, as tests do. */
export function installBridge(bridge: Bridge): void {
  current = bridge;
}

function theBridge(): Bridge {
  current ??= connect();
  return current;
}

/** The bridge of this page; it connects when it is first used. */
export const bridge: Bridge = {
  call: (name, params) => theBridge().call(name, params),
  on: (event, listener) => theBridge().on(event, listener),
  get connection() {
    return theBridge().connection;
  },
};

/** Whether the host can be reached. */
export function useConnection(): Connection {
  return useStore(bridge.connection);
}
