/** The windows whose pages are connected: what is open in others may be taken over. */
export type Windows = {
  /** Returns what ends it. */
  attach(window: string): () => void;
  live(): string[];
};

export function createWindows(): Windows {
  const connections = new Map<string, number>();
  const change = (window: string, by: 1 | -1) => {
    const count = (connections.get(window) ?? 0) + by;
    if (count > 0) connections.set(window, count);
    else connections.delete(window);
  };
  return {
    attach(window) {
      let isAttached = true;
      change(window, 1);
      return () => {
        if (isAttached) change(window, -1);
        isAttached = false;
      };
    },
    live: () => [...connections.keys()],
  };
}
