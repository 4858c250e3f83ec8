/**
 * Collects changes by key and hands them on once a frame, the last of each key only: however fast news comes in, a card
 * renders at most once a frame.
 *
 * `request` asks for a call at the next frame, as requestAnimationFrame does.
 */
export function coalesce<T>(
  deliver: (changes: ReadonlyMap<string, T>) => void,
  request: (callback: () => void) => void = requestFrame,
): (key: string, value: T) => void {
  let waiting = new Map<string, T>();
  const flush = () => {
    const changes = waiting;
    waiting = new Map();
    deliver(changes);
  };
  return (key, value) => {
    if (waiting.size === 0) request(flush);
    waiting.set(key, value);
  };
}

/** The next frame; where no frames are drawn (in the background), a moment later. */
function requestFrame(callback: () => void): void {
  if (globalThis.document?.visibilityState === 'visible') requestAnimationFrame(callback);
  else setTimeout(callback, 100);
}
