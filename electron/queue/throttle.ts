/** Lets the latest value through, at most once an interval. */
export type Throttle<T> = {
  offer(value: T): void;
  /** Lets a value that waits through at once. */
  flush(): void;
};

export function createThrottle<T>(intervalMs: number, pass: (value: T) => void): Throttle<T> {
  let waiting: { readonly value: T } | undefined;
  let timer: NodeJS.Timeout | undefined;

  function release(): void {
    timer = undefined;
    const next = waiting;
    waiting = undefined;
    if (next === undefined) return;
    pass(next.value);
    timer = setTimeout(release, intervalMs);
  }

  return {
    offer(value) {
      waiting = { value };
      if (timer === undefined) release();
    },
    flush() {
      clearTimeout(timer);
      release();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
