import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';

type Patience = {
  /** How long to wait for more news before telling of it. */
  readonly gatherMs: number;
  /** How long before it is looked again whether a folder is there. */
  readonly lookAgainMs: number;
};

/**
 * Tells when files below folders have come or gone, at most once in a while. Folders may vanish and come back. Returns
 * what ends it.
 */
export function watchFolders(
  folders: Iterable<string>,
  changed: () => void,
  { gatherMs, lookAgainMs }: Patience = { gatherMs: 300, lookAgainMs: 5000 },
): () => void {
  const ended = new AbortController();
  let gathering: NodeJS.Timeout | undefined;

  function news(): void {
    if (ended.signal.aborted) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      changed();
    }, gatherMs);
  }

  for (const folder of new Set(folders)) void follow(folder, news, lookAgainMs, ended.signal);
  return () => {
    ended.abort();
    clearTimeout(gathering);
  };
}

/** Watches a folder while it is there, and waits for it while it is not. */
async function follow(folder: string, news: () => void, pauseMs: number, signal: AbortSignal): Promise<void> {
  let wasThere = true;
  while (!signal.aborted) {
    const identity = await identityOf(folder);
    if (identity !== undefined) {
      if (!wasThere) news();
      await watchWhileThere(folder, identity, news, pauseMs, signal);
      news();
    }
    wasThere = false;
    await pause(pauseMs, signal);
  }
}

/** Resolves when the folder is gone or replaced, or cannot be watched, or the signal is aborted. */
async function watchWhileThere(folder: string, identity: string, news: () => void, pauseMs: number, signal: AbortSignal): Promise<void> {
  let watcher: FSWatcher;
  try {
    watcher = watch(folder, { recursive: true, persistent: false });
  } catch {
    return;
  }
  let broken = false;
  watcher.on('error', () => {
    broken = true;
  });
  // 'change' tells of content that grows, such as that of a model on its way; names matter here.
  watcher.on('change', (kind) => {
    if (kind === 'rename') news();
  });
  // Not every system tells of the end of the folder itself.
  while (!signal.aborted && !broken && (await identityOf(folder)) === identity) await pause(pauseMs, signal);
  watcher.close();
}

async function identityOf(folder: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms).unref();
    signal.addEventListener('abort', done);
  });
}
