import { createSessionStore } from '../library/sessions.ts';
import { createRunStore } from '../queue/store.ts';
import { Database } from './database.ts';

/** What the thread of the database does: the stores' functions, by name. */
export function createStorageMethods(path: string) {
  const database = new Database(path);
  const runs = createRunStore(database);
  const session = createSessionStore(database);
  return {
    notices: () => database.notices,
    addRun: runs.add,
    runStarted: runs.started,
    runEnded: runs.ended,
    runsOrdered: runs.ordered,
    unfinishedRuns: runs.unfinished,
    runHistory: runs.history,
    runOrder: runs.order,
    removeRuns: runs.remove,
    readSession: session.read,
    keepTab: session.keep,
    arrangeTabs: session.arrange,
    close: () => database.close(),
  };
}

export type StorageMethods = ReturnType<typeof createStorageMethods>;
