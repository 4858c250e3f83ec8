import { randomUUID } from 'node:crypto';
import type { PictureRef } from '../../nodes/context.ts';
import { type Problem, ProblemError } from '../../nodes/problem.ts';
import type { ResultTable } from '../../nodes/result-table.ts';
import type { NodeNews, Params, Picture, Run } from '../bridge/contract.ts';
import type { LogError } from '../bridge/dispatch.ts';
import type { Tell } from '../bridge/events-hub.ts';
import type { Executor } from '../executor/executor.ts';
import type { Storage } from '../storage/storage.ts';
import { createNewsOfRun, type NewsOfRun } from './node-news.ts';
import type { PreparedRun } from './prepare-run.ts';
import {
  add,
  cancelWaiting,
  type EndedRun,
  emptyQueue,
  finish,
  move,
  type Queue,
  type RunningRun,
  restore,
  runsOf,
  startNext,
} from './queue.ts';
import type { EndOfRun, RunOrder } from './store.ts';

export type RunnerOptions = {
  readonly storage: Pick<Storage, 'call'>;
  readonly executor: Pick<Executor, 'run'>;
  readonly prepare: (order: RunOrder) => Promise<PreparedRun>;
  readonly outputFolder: string;
  /** The picture as the page gets it; undefined if the page cannot see it. */
  readonly pictureOf: (ref: PictureRef) => Picture | undefined;
  readonly tell: Tell;
  readonly logError: LogError;
};

/** How a run came to its end. */
type End = {
  readonly state: EndedRun['state'];
  readonly pictures: readonly Picture[];
  readonly tables: readonly ResultTable[];
  readonly problems: readonly Problem[];
};

const interrupted: Problem = {
  what: 'Weft was closed while this ran.',
  fix: 'Run it again: what was finished is taken from the cache.',
};

const nothing = { pictures: [], tables: [] };
const runOf = (run: Queue['waiting'][number] | RunningRun): Run => ({ ...run, ...nothing, problems: [] });
const endedRunOf = ({ run, pictures, tables, problems }: EndOfRun): Run => ({
  ...run,
  pictures: [...pictures],
  tables: [...tables],
  problems,
});

/** The history is sent to pages as a list: what is larger than a person reads there stays in the cache alone. */
const mostTableCharacters = 50_000;

/** Tables for the history, the first ones, as far as there is room for them whole. */
function keptTables(tables: readonly ResultTable[]): readonly ResultTable[] {
  let room = mostTableCharacters;
  return tables.filter((table) => {
    room -= JSON.stringify(table).length;
    return room >= 0;
  });
}

/** Times that never repeat, so that they order runs. */
function createClock(): () => number {
  let last = 0;
  return () => {
    last = Math.max(Date.now(), last + 0.001);
    return last;
  };
}

/** Runs what is queued, one run after another, and tells and keeps how each of them goes. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #now = createClock();
  #queue = emptyQueue;
  #abort = new AbortController();
  #closing = false;
  #news: NewsOfRun | undefined;
  #current: Promise<void> = Promise.resolve();
  /** Ends of runs that the disk has refused to keep; tried again with the next. */
  readonly #unkept = new Map<string, EndOfRun>();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Takes up what the last Weft has left in the queue. */
  async start(): Promise<void> {
    const saved = await this.#options.storage.call('unfinishedRuns');
    const restored = restore(saved);
    this.#queue = restored.queue;
    for (const run of restored.interrupted) await this.#tellEnd({ run, ...nothing, problems: [interrupted] });
    this.#advance();
  }

  /** Queues a run once it is on the disk; throws a ProblemError where that fails. Answers with the run's id. */
  async add({ tab, title, text, wanted, front, request }: Params<'runs.add'>): Promise<string> {
    const head = { id: randomUUID(), tab, title, queuedAt: this.#now() };
    const place = front ? 'front' : 'end';
    const id = await this.#options.storage.call('addRun', { head, place, text, wanted, request });
    if (id !== head.id) return id;
    this.#queue = add(this.#queue, head, place);
    for (const run of this.#queue.waiting) if (run.id === id) this.#options.tell('run.changed', { run: runOf(run) });
    this.#advance();
    return id;
  }

  /** Cancels a run that runs, or takes it out of the queue; one that has ended stays as it is. */
  async cancel(id: string): Promise<void> {
    if (this.#queue.running?.id === id) this.#abort.abort();
    const { queue, ended } = cancelWaiting(this.#queue, id, this.#now());
    this.#queue = queue;
    if (ended !== undefined) await this.#tellEnd({ run: ended, ...nothing, problems: [] });
  }

  async cancelAll(): Promise<void> {
    await Promise.all(runsOf(this.#queue).map(({ id }) => this.cancel(id)));
  }

  async move(id: string, before: string | null): Promise<void> {
    this.#queue = move(this.#queue, id, before);
    await this.#options.storage.call(
      'runsOrdered',
      this.#queue.waiting.map((run) => run.id),
    );
  }

  /** The queue in its order, then at most `limit` ended runs, the last first; with `before` only of the latter. */
  async list(limit: number, before: number | null): Promise<Run[]> {
    const kept = await this.#options.storage.call('runHistory', limit, before);
    if (before !== null) return kept;
    const unkept = Array.from(this.#unkept.values(), endedRunOf).reverse();
    return [...runsOf(this.#queue).map(runOf), ...unkept, ...kept];
  }

  /** What was told of the nodes of the run that runs, as far as it still matters. */
  nodes(): NodeNews[] {
    return this.#news?.recent() ?? [];
  }

  /** Forgets ended runs. */
  async remove(ids: readonly string[]): Promise<void> {
    const removed = await this.#options.storage.call('removeRuns', ids);
    if (removed.length > 0) this.#options.tell('run.removed', { ids: removed });
  }

  /** The workflow of a run as it was queued. */
  async workflow(id: string): Promise<string> {
    return (await this.#order(id)).text;
  }

  /** Starts nothing more. What runs counts as interrupted unless it still gets done; resolves when it has ended. */
  async close(endExecutor: () => Promise<void>): Promise<void> {
    this.#closing = true;
    await endExecutor();
    await this.#current;
  }

  async #order(id: string): Promise<RunOrder> {
    const order = await this.#options.storage.call('runOrder', id);
    if (order !== undefined) return order;
    throw new ProblemError({ what: 'This run is not in the history any more.', fix: 'Open the workflow from one of its pictures.' });
  }

  #advance(): void {
    if (this.#closing) return;
    const { queue, started } = startNext(this.#queue, this.#now());
    this.#queue = queue;
    if (started === undefined) return;
    this.#abort = new AbortController();
    this.#options.tell('run.changed', { run: runOf(started) });
    this.#current = this.#runToEnd(started, this.#abort.signal).catch((error: unknown) =>
      this.#options.logError('A run could not be brought to its end.', error),
    );
  }

  async #runToEnd(run: RunningRun, signal: AbortSignal): Promise<void> {
    // Kept before anything happens: whatever it does to the host, it will not be started a second time.
    await this.#options.storage
      .call('runStarted', run.id, run.startedAt)
      .catch((error: unknown) => this.#options.logError('The start of a run could not be kept.', error));
    const end = await this.#execute(run, signal);
    if (this.#closing && !signal.aborted && end.state !== 'done') return;
    const { queue, ended } = finish(this.#queue, run.id, end.state, this.#now());
    this.#queue = queue;
    // The next one need not wait for the disk.
    this.#advance();
    if (ended !== undefined) await this.#tellEnd({ run: ended, pictures: end.pictures, tables: end.tables, problems: [...end.problems] });
  }

  async #execute({ id, tab }: RunningRun, signal: AbortSignal): Promise<End> {
    const { tell, pictureOf, prepare, executor, outputFolder } = this.#options;
    const news = createNewsOfRun({ run: id, tab }, tell, pictureOf);
    this.#news = news;
    try {
      const prepared = await prepare(await this.#order(id));
      if (signal.aborted) return { state: 'cancelled', ...nothing, problems: [] };
      if (!prepared.ok) {
        for (const problem of prepared.problems) this.#tellNode(id, tab, problem);
        return { state: 'failed', ...nothing, problems: prepared.problems };
      }
      const { graph, workflow, wanted } = prepared;
      const request = { graph, workflow, outputFolder, previews: true, signal, ...(wanted !== undefined && { wanted }) };
      const result = await executor.run(request, news.event);
      const pictures = result.pictures.flatMap((picture) => pictureOf(picture) ?? []);
      const tables = keptTables(Object.values(result.nodes).flatMap((node) => node.tables ?? []));
      return { state: result.status, pictures, tables, problems: result.status === 'failed' ? result.problems : [] };
    } catch (error) {
      return { state: 'failed', ...nothing, problems: [this.#problemOf(error)] };
    } finally {
      news.end();
      this.#news = undefined;
    }
  }

  #tellNode(run: string, tab: string, problem: Problem): void {
    if (problem.node !== undefined) this.#options.tell('node.failed', { run, tab, node: problem.node, problem });
  }

  #problemOf(error: unknown): Problem {
    if (error instanceof ProblemError) return error.problem;
    this.#options.logError('A run failed by a mistake of ours.', error);
    const reason = error instanceof Error ? error.message : String(error);
    return { what: `Weft made a mistake of its own in this run: ${reason}`, fix: 'Run it again; the terminal tells more.' };
  }

  async #tellEnd(end: EndOfRun): Promise<void> {
    this.#unkept.set(end.run.id, end);
    this.#options.tell('run.changed', { run: endedRunOf(end) });
    try {
      for (const [id, unkept] of this.#unkept) {
        const pruned = await this.#options.storage.call('runEnded', unkept);
        this.#unkept.delete(id);
        if (pruned.length > 0) this.#options.tell('run.removed', { ids: pruned });
      }
    } catch (error) {
      this.#options.logError('The end of a run could not be kept.', error);
    }
  }
}
