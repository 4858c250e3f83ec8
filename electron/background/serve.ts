import { parentPort } from 'node:worker_threads';
import { failedReply, type Methods, type Request } from './messages.ts';

/**
 * In a thread: answers what `createThread` asks for, one after another. The methods are made for the first call; where
 * that fails, the call fails with it, and the next one tries again.
 */
export function serve(createMethods: () => Methods | Promise<Methods>): void {
  const port = parentPort;
  if (port === null) throw new Error('this module is the entry of a thread');
  let methods: Methods | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function answer({ id, method, args }: Request): Promise<void> {
    try {
      methods ??= await createMethods();
      port?.postMessage({ id, ok: true, value: await methods[method](...args) });
    } catch (error) {
      port?.postMessage(failedReply(id, error));
    }
  }

  port.on('message', (request: Request) => {
    last = last.then(() => answer(request));
  });
}
