/*
 * The runs that are still to end: a pure state machine. What a function does not return as ended stays in the queue.
 */

/** What is known of a run from the moment it is asked for. Times are milliseconds since 1970. */
export type RunHead = { readonly id: string; readonly tab: string; readonly title: string; readonly queuedAt: number };

type WaitingRun = RunHead & { readonly state: 'waiting'; readonly startedAt: null; readonly endedAt: null };
export type RunningRun = RunHead & { readonly state: 'running'; readonly startedAt: number; readonly endedAt: null };
export type EndedRun = RunHead & {
  readonly state: 'done' | 'failed' | 'cancelled';
  /** Null if it was cancelled while it waited. */
  readonly startedAt: number | null;
  readonly endedAt: number;
};
export type QueuedRun = WaitingRun | RunningRun;

/** At most one run runs; the others wait in the order in which they will run. Ids are unique. */
export type Queue = { readonly running: RunningRun | undefined; readonly waiting: readonly WaitingRun[] };

export type Ending = EndedRun['state'];

export const emptyQueue: Queue = { running: undefined, waiting: [] };

/** All runs, in the order in which they run. */
export function runsOf({ running, waiting }: Queue): readonly QueuedRun[] {
  return running === undefined ? waiting : [running, ...waiting];
}

function find(queue: Queue, id: string): QueuedRun | undefined {
  return runsOf(queue).find((run) => run.id === id);
}

/** Puts a run at the front (it is the next to run) or at the end. A run that is in the queue stays as it is. */
export function add(queue: Queue, run: RunHead, place: 'front' | 'end'): Queue {
  if (find(queue, run.id) !== undefined) return queue;
  const waiting: WaitingRun = { ...run, state: 'waiting', startedAt: null, endedAt: null };
  return { ...queue, waiting: place === 'front' ? [waiting, ...queue.waiting] : [...queue.waiting, waiting] };
}

/** Starts the next run; nothing starts while another runs, or where none waits. */
export function startNext(queue: Queue, now: number): { readonly queue: Queue; readonly started: RunningRun | undefined } {
  const [next, ...waiting] = queue.waiting;
  if (queue.running !== undefined || next === undefined) return { queue, started: undefined };
  const started: RunningRun = { ...next, state: 'running', startedAt: now };
  return { queue: { running: started, waiting }, started };
}

/** Ends the run that runs; undefined if another one runs, or none. */
export function finish(
  queue: Queue,
  id: string,
  state: Ending,
  now: number,
): { readonly queue: Queue; readonly ended: EndedRun | undefined } {
  if (queue.running?.id !== id) return { queue, ended: undefined };
  return { queue: { ...queue, running: undefined }, ended: { ...queue.running, state, endedAt: now } };
}

/**
 * Takes a waiting run out. One that runs stays until `finish`: whether it still got done, only its executor knows, and
 * has to be told.
 */
export function cancelWaiting(queue: Queue, id: string, now: number): { readonly queue: Queue; readonly ended: EndedRun | undefined } {
  const run = queue.waiting.find((waiting) => waiting.id === id);
  if (run === undefined) return { queue, ended: undefined };
  return {
    queue: { ...queue, waiting: queue.waiting.filter((waiting) => waiting !== run) },
    ended: { ...run, state: 'cancelled', endedAt: now },
  };
}

/** Puts a waiting run before another waiting one, or last where that is null or does not wait. */
export function move(queue: Queue, id: string, before: string | null): Queue {
  const run = queue.waiting.find((waiting) => waiting.id === id);
  if (run === undefined || id === before) return queue;
  const others = queue.waiting.filter((waiting) => waiting !== run);
  const found = others.findIndex((waiting) => waiting.id === before);
  return { ...queue, waiting: found < 0 ? [...others, run] : others.toSpliced(found, 0, run) };
}

/**
 * The queue after the host has died: waiting runs wait on, in their order. A run that ran counts as failed and is not
 * started again: it may be what the host died of, and would be over and over. Nothing of it is lost, since its
 * finished nodes are in the cache.
 */
export function restore(saved: readonly QueuedRun[]): { readonly queue: Queue; readonly interrupted: readonly EndedRun[] } {
  const waiting = saved.filter((run) => run.state === 'waiting');
  const interrupted = saved
    .filter((run) => run.state === 'running')
    // When it ended nobody knows; it began at that time for certain.
    .map((run): EndedRun => ({ ...run, state: 'failed', endedAt: run.startedAt }));
  return { queue: { running: undefined, waiting }, interrupted };
}
