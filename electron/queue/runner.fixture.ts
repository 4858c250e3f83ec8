import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { describeNode } from '../../nodes/define.ts';
import { createBench } from '../../test/fixtures/graphs.ts';
import { catalog } from '../../test/fixtures/test-nodes.ts';
import type { EventData, EventName, Params, Run } from '../bridge/contract.ts';
import { createEventsHub } from '../bridge/events-hub.ts';
import { openStorage, type Storage } from '../storage/storage.ts';
import { prepareRun } from './prepare-run.ts';
import { Runner, type RunnerOptions } from './runner.ts';

const descriptions = new Map([...catalog].map(([type, definition]) => [type, describeNode(definition)]));

type Told = { readonly event: EventName; readonly data: EventData<EventName> };

/** A runner over the real database and the real executor with the test nodes. */
export async function startRunner(folder?: string, options: Partial<RunnerOptions> = {}) {
  const bench = await createBench(folder === undefined ? {} : { dataFolder: folder });
  const storage = await openStorage(join(folder ?? bench.folder, 'weft.sqlite'));
  const told: Told[] = [];
  const logged: string[] = [];
  const log = (what: string) => logged.push(what);
  const events = createEventsHub(log);
  events.subscribe((event, data) => told.push({ event, data: data as EventData<EventName> }));
  const runner = new Runner({
    storage,
    executor: bench.executor,
    prepare: async (order) => prepareRun(order, descriptions, {}),
    outputFolder: join(bench.folder, 'output'),
    pictureOf: ({ path, width, height }) => ({ url: `pictures/output/${basename(path)}`, name: basename(path), width, height }),
    tell: events.tell,
    logError: log,
    ...options,
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= closeAll(runner, storage, bench);
    return closed;
  };
  onTestFinished(close);
  await runner.start();

  /** What was told under a name, in order. */
  const of = <N extends EventName>(name: N) => told.flatMap(({ event, data }) => (event === name ? [data as EventData<N>] : []));

  function ended(id: string): Promise<Run> {
    return new Promise((resolve) => {
      const look = () => {
        const run = of('run.changed').findLast((one) => one.run.id === id)?.run;
        if (run === undefined || run.endedAt === null) return;
        stop();
        resolve(run);
      };
      const stop = events.subscribe(look);
      look();
    });
  }

  /** Resolves with the first event that fits from now on. */
  function next(name: EventName, fits: (data: never) => boolean = () => true): Promise<void> {
    return new Promise((resolve) => {
      const stop = events.subscribe((event, data) => {
        if (event !== name || !fits(data as never)) return;
        stop();
        resolve();
      });
    });
  }

  return { runner, storage, told, logged, of, ended, next, close, folder: bench.folder };
}

async function closeAll(runner: Runner, storage: Storage, bench: Awaited<ReturnType<typeof createBench>>): Promise<void> {
  await runner.close(() => bench.executor.close());
  await storage.close();
  await bench[Symbol.asyncDispose]();
}

type Nodes = Readonly<Record<string, readonly [type: string, inputs?: Readonly<Record<string, unknown>>]>>;

/** A workflow as JSON text; an input that is an array is a link. */
function workflowText(nodes: Nodes): string {
  const entries = Object.entries(nodes).map(([id, [type, inputs = {}]]) => [
    id,
    {
      type,
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, Array.isArray(value) ? { link: value } : value])),
    },
  ]);
  return JSON.stringify({ format: 'weft', version: 1, nodes: Object.fromEntries(entries) });
}

export function runOf(nodes: Nodes, more: Partial<Params<'runs.add'>> = {}): Params<'runs.add'> {
  return { tab: 'tab', title: 'Title', text: workflowText(nodes), front: false, ...more };
}

/** Saves a picture at once. */
export const quick = (name: string): Nodes => ({ save: ['Save', { filename_prefix: name, padding: 0 }] });

/** Counts steps for a long time. */
export const slow: Nodes = { steps: ['Steps', { steps: 100_000, ms: 5 }], show: ['Show', { value: ['steps', 'FLOAT'] }] };
