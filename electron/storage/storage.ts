import type { Problem } from '../../nodes/problem.ts';
import { createThread, type Thread } from '../background/thread.ts';
import type { StorageMethods } from './storage-methods.ts';

/** The database of tabs and runs, in a thread of its own: nothing here holds up the host. */
export type Storage = Pick<Thread<StorageMethods>, 'call' | 'close'> & {
  /** What went wrong while it was opened, but did not keep it from opening. */
  readonly notices: readonly Problem[];
};

/** Opens or makes the database at `path`; throws a ProblemError if another Weft has it, or it cannot be written. */
export async function openStorage(path: string): Promise<Storage> {
  const thread = createThread<StorageMethods>(new URL('./thread.ts', import.meta.url), path);
  try {
    const notices = await thread.call('notices');
    return {
      call: thread.call,
      notices,
      async close() {
        await thread.call('close');
        await thread.close();
      },
    };
  } catch (error) {
    await thread.close();
    throw error;
  }
}
