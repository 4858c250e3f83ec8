import { ProblemError } from '../../nodes/problem.ts';
import type { ValueSource } from '../workers/protocol.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import type { Cache } from './cache.ts';

export type LostValues = { readonly status: 'lost'; readonly keys: readonly string[] };
export type LocatedValues = { readonly status: 'found'; readonly sources: readonly ValueSource[] };

/**
 * Says where `worker` finds each value; one that only another process has is written to its file first. Throws a
 * ProblemError if that cannot be done.
 */
export async function locateValues(
  keys: readonly string[],
  worker: Supervisor,
  cache: Cache<Supervisor>,
): Promise<LocatedValues | LostValues> {
  const sources: ValueSource[] = [];
  const lost: string[] = [];
  for (const key of keys) {
    const source = await locate(key, worker, cache);
    if (source === undefined) lost.push(key);
    else sources.push(source);
  }
  return lost.length > 0 ? { status: 'lost', keys: lost } : { status: 'found', sources };
}

async function locate(key: string, worker: Supervisor, cache: Cache<Supervisor>): Promise<ValueSource | undefined> {
  const place = cache.find(key);
  if (place === undefined) return undefined;
  if (place.at === 'host') return { key, at: 'message', json: place.json };
  if (place.at === 'file') return { key, at: 'file', path: place.file };
  if (place.holders.has(worker)) return { key, at: 'memory' };
  if (place.file !== undefined) return { key, at: 'file', path: place.file };
  const [holder] = place.holders;
  return holder === undefined ? undefined : handOver(key, holder, cache);
}

async function handOver(key: string, holder: Supervisor, cache: Cache<Supervisor>): Promise<ValueSource | undefined> {
  const path = cache.pathOf(key);
  const outcome = await holder.store(key, path);
  switch (outcome.status) {
    case 'stored':
      cache.addFile(key, outcome.fileBytes);
      return { key, at: 'file', path };
    case 'missing':
      return undefined;
    case 'failed':
      throw new ProblemError({
        what: `A value could not be passed from one worker process to another, because its file could not be written: ${outcome.reason}.`,
        fix: 'Free some space on the disk of the data folder, or choose a data folder that can be written, then run again.',
      });
  }
}
