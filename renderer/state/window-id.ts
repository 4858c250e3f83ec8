import { randomId } from './random-id.ts';

const key = 'weft.window';

function storage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    // Storage that is blocked: the window is a new one after each reload, and takes over what it left.
    return undefined;
  }
}

function takeOut(): string | null | undefined {
  const found = storage()?.getItem(key);
  storage()?.removeItem(key);
  return found;
}

/**
 * The name by which the host keeps this window's tabs. It survives a reload, and lies in the storage only between two pages:
 * a browser tab that somebody duplicates gets a copy of the storage, and is to be a window of its own.
 */
export const windowId: string = takeOut() ?? randomId();

globalThis.addEventListener?.('pagehide', () => storage()?.setItem(key, windowId));
globalThis.addEventListener?.('pageshow', takeOut);
