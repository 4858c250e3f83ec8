import { Worker } from 'node:worker_threads';
import { errorOf, type Methods, type Reply } from './messages.ts';

/** A thread of the host for work that would hold up the page's calls. */
export type Thread<M extends Methods> = {
  /** Starts it before it is asked for anything, so that the first answer comes sooner. */
  start(): void;
  /** Asks for a method; what is asked first is done first. Rejects with what the method throws. */
  call<N extends keyof M & string>(method: N, ...args: Parameters<M[N]>): Promise<Awaited<ReturnType<M[N]>>>;
  /** Ends the thread once it has answered what it was asked before. */
  close(): Promise<void>;
};

type Waiting = { resolve(value: unknown): void; reject(error: unknown): void };

/**
 * A thread over a module that calls `serve`. It starts with the first call; one that has died fails the calls that it
 * has not answered, and starts again with the next.
 */
export function createThread<M extends Methods>(entry: URL, data: unknown): Thread<M> {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let asked = 0;
  let closed = false;
  /** Settles with the call that was asked last, and so after all others. */
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(entry, { workerData: data });
    started.on('message', settle);
    started.on('error', (error) => fail(error));
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      fail(new Error('the thread has ended'));
    });
    return started;
  }

  function settle(reply: Reply): void {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) call?.resolve(reply.value);
    else call?.reject(errorOf(reply));
    // A thread that has nothing to do keeps no process alive.
    if (waiting.size === 0) worker?.unref();
  }

  function fail(error: unknown): void {
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  }

  function call(method: string, args: readonly unknown[]): Promise<unknown> {
    if (closed) return Promise.reject(new Error(`${method} was asked for after the end`));
    worker ??= start();
    worker.ref();
    const id = ++asked;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, method, args });
    last = promise.catch(() => {});
    return promise;
  }

  return {
    start() {
      if (closed || worker !== undefined) return;
      worker = start();
      worker.unref();
    },
    call: (method, ...args) => call(method, args) as never,
    async close() {
      closed = true;
      await last;
      await worker?.terminate();
    },
  };
}
