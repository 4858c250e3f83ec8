import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { PictureRef } from '../../nodes/context.ts';
import type { NodeDefinition } from '../../nodes/define.ts';
import type { Problem } from '../../nodes/problem.ts';
import { ProblemError } from '../../nodes/problem.ts';
import { defaultCatalogModule, Pool } from '../workers/pool.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import { Cache } from './cache.ts';
import type { FileFinder, NodeReport, RunEvent, RunRequest, RunResult } from './events.ts';
import { contentKeys } from './keys.ts';
import { planRun } from './plan.ts';
import { prepareNodes } from './prepare.ts';
import { type RunServices, runTasks, type TaskResults } from './run.ts';
import { ancestorsInOrder } from './topology.ts';

export type ExecutorOptions = {
  readonly catalog: ReadonlyMap<string, NodeDefinition>;
  /** The module that exports the same catalog to worker processes; the built-in one where absent. */
  readonly catalogModule?: string;
  readonly files: FileFinder;
  readonly dataFolder: string;
  /** For values between nodes, in all worker processes together. */
  readonly memoryBudgetBytes: number;
  /** For values kept in `<dataFolder>/cache/values`. */
  readonly diskBudgetBytes: number;
  /** For models in the memory of the accelerator's process. */
  readonly modelBudgetBytes: number;
  /** ONNX Runtime's execution provider. */
  readonly provider: string;
  /** How many processes for image and mask work may run beside the accelerator's; 1 where absent. */
  readonly cpuWorkers?: number;
  /** How long a cancelled node may take to stop before its process is ended; 500 where absent. */
  readonly cancelGraceMs?: number;
  /** The Node binary that runs the worker processes; this process's own where absent. */
  readonly nodePath?: string;
};

export type Executor = {
  /** Runs a graph, after the runs that were asked for before. Rejects only on a fault of ours: problems are in the result. */
  run(request: RunRequest, onEvent: (event: RunEvent) => void): Promise<RunResult>;
  /** Cancels what runs and ends all worker processes. */
  close(): Promise<void>;
};

/** The part that turns graphs into pictures. Starts no process before a node has to run. */
export function createExecutor(options: ExecutorOptions): Executor {
  const cacheFolder = join(options.dataFolder, 'cache');
  const cache = new Cache<Supervisor>(cacheFolder, { memoryBytes: options.memoryBudgetBytes, diskBytes: options.diskBudgetBytes });
  const pool = new Pool({
    cpuWorkers: options.cpuWorkers ?? 1,
    catalogModule: options.catalogModule ?? defaultCatalogModule,
    engine: { budgetBytes: options.modelBudgetBytes, provider: options.provider },
    nodePath: options.nodePath ?? process.execPath,
    compileCache: join(cacheFolder, 'code'),
    onEnd: (worker) => cache.forgetHolder(worker),
  });
  const services: RunServices = {
    cache,
    workers: pool.workers,
    tempFolder: join(cacheFolder, 'preview'),
    cancelGraceMs: options.cancelGraceMs ?? 500,
  };
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | undefined;
  async function shutDown(): Promise<void> {
    closing.abort();
    await last;
    await pool.close();
    cache.close();
  }
  return {
    run(request, onEvent) {
      const signal = AbortSignal.any([request.signal, closing.signal]);
      const result = last.then(() => execute({ ...request, signal }, onEvent, options, services));
      last = result.catch(() => {});
      return result;
    },
    close() {
      closed ??= shutDown();
      return closed;
    },
  };
}

async function execute(
  request: RunRequest,
  onEvent: (event: RunEvent) => void,
  { catalog, files }: ExecutorOptions,
  services: RunServices,
): Promise<RunResult> {
  const started = performance.now();
  const secondsSince = () => (performance.now() - started) / 1000;
  const nothing = { pictures: [], nodes: {} };
  if (request.signal.aborted) return { status: 'cancelled', ...nothing, seconds: secondsSince() };

  const wanted = wantedNodes(request, catalog);
  const prepared = await prepareNodes(ancestorsInOrder(request.graph, wanted), catalog, files);
  if (!prepared.ok) return { status: 'failed', ...nothing, problems: prepared.problems, seconds: secondsSince() };
  const graph = { nodes: prepared.nodes, keys: contentKeys(prepared.nodes, randomUUID()) };
  const wantedKeys = wanted.flatMap((id) => graph.keys.get(id) ?? []);

  const found = await savedPictures(wantedKeys, request.outputFolder, services.cache);
  if (found.problem !== undefined) return { status: 'failed', ...nothing, problems: [found.problem], seconds: secondsSince() };
  const plan = planRun(graph, wanted, (key) => services.cache.has(key));
  const reports = new Map<string, NodeReport>();
  onEvent({ type: 'planned', run: plan.tasks.flatMap(({ ids }) => ids), cached: plan.cached.flatMap(({ ids }) => ids) });
  for (const { key, ids } of plan.cached) {
    services.cache.touch(key);
    for (const node of ids) {
      reports.set(node, { ms: 0, cached: true });
      onEvent({ type: 'done', node, key, ms: 0, cached: true, pictures: found.pictures.get(key) ?? [] });
    }
  }

  const results = plan.tasks.length === 0 ? noTasks : await runTasks({ graph, wanted, plan, request, onEvent }, services);
  const pictures = new Set(wantedKeys).values().flatMap((key) => results.pictures.get(key) ?? found.pictures.get(key) ?? []);
  const outcome = {
    pictures: pictures.toArray(),
    nodes: Object.fromEntries([...reports, ...results.reports]),
    seconds: secondsSince(),
  };
  const complete = wantedKeys.every((key) => results.pictures.has(key) || plan.cached.some((entry) => entry.key === key));
  if (results.problems.length > 0 && !request.signal.aborted) return { status: 'failed', ...outcome, problems: results.problems };
  return complete ? { status: 'done', ...outcome } : { status: 'cancelled', ...outcome };
}

const noTasks: TaskResults = { problems: [], reports: new Map(), pictures: new Map() };

function wantedNodes({ graph, wanted }: RunRequest, catalog: ReadonlyMap<string, NodeDefinition>): readonly string[] {
  if (wanted !== undefined) return Array.from(new Set(wanted));
  return Array.from(graph.nodes.values())
    .filter(({ type }) => catalog.get(type)?.output === true)
    .map(({ id }) => id);
}

type FoundPictures = { readonly pictures: ReadonlyMap<string, readonly PictureRef[]>; readonly problem?: Problem };

/** The pictures of wanted results that are cached; results whose pictures are gone are forgotten. */
async function savedPictures(keys: readonly string[], outputFolder: string, cache: Cache<Supervisor>): Promise<FoundPictures> {
  const pictures = new Map<string, readonly PictureRef[]>();
  for (const key of new Set(keys)) {
    try {
      const found = await cache.pictures(key, outputFolder);
      if (found !== undefined) pictures.set(key, found);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { pictures, problem: error.problem };
    }
  }
  return { pictures };
}
