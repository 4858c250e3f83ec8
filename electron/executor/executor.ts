import { join, resolve } from 'node:path';
import type { NodeDefinition } from '../../nodes/define.ts';
import { type DeviceChoice, devicesFileName } from '../workers/devices/ladder.ts';
import { defaultCatalogModule, Pool } from '../workers/pool.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import { Cache } from './cache.ts';
import type { FileFinder, RunEvent, RunRequest, RunResult } from './events.ts';
import { execute } from './execute.ts';
import { removeLeftovers } from './leftovers.ts';

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
  /** The same for what lies in the memory of a graphics card; what its driver tells where absent. */
  readonly deviceBudgetBytes?: number | undefined;
  /** What models run on; the CPU where absent. */
  readonly device?: DeviceChoice;
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
  /** The memory of all worker processes as they told it last, in bytes. */
  memoryBytes(): number;
  /** Why models run elsewhere than they should, in sentences. */
  deviceNotices(): readonly string[];
  /** Lets models run on another device, once the runs that were asked for before have ended. */
  chooseDevice(device: DeviceChoice): Promise<void>;
  /** Cancels what runs and ends all worker processes. */
  close(): Promise<void>;
};

/** Tidying up is for processes that stay: a short run has better things to do. */
const tidyAfterMs = 30_000;

/** The part that turns graphs into pictures. Starts no process before a node has to run. */
export function createExecutor(options: ExecutorOptions): Executor {
  const cacheFolder = join(options.dataFolder, 'cache');
  const cache = new Cache<Supervisor>(cacheFolder, { memoryBytes: options.memoryBudgetBytes, diskBytes: options.diskBudgetBytes });
  const pool = new Pool({
    cpuWorkers: options.cpuWorkers ?? 1,
    catalogModule: options.catalogModule ?? defaultCatalogModule,
    engine: {
      budgetBytes: options.modelBudgetBytes,
      deviceBudgetBytes: options.deviceBudgetBytes,
      device: options.device ?? 'cpu',
      devicesFile: join(cacheFolder, devicesFileName),
    },
    nodePath: options.nodePath ?? process.execPath,
    compileCache: join(cacheFolder, 'code'),
    onEnd: (worker) => cache.forgetHolder(worker),
  });
  const services = {
    catalog: options.catalog,
    files: options.files,
    cache,
    workers: pool.workers,
    tempFolder: join(cacheFolder, 'preview'),
    cancelGraceMs: options.cancelGraceMs ?? 500,
  };
  const closing = new AbortController();
  const tidying = setTimeout(() => {
    const folders = { values: join(cacheFolder, 'values'), previews: services.tempFolder };
    removeLeftovers(folders, (key) => closing.signal.aborted || cache.hasFile(key)).catch((error: unknown) =>
      console.error('the cache could not be tidied:', error),
    );
  }, tidyAfterMs).unref();
  let last: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | undefined;
  async function shutDown(): Promise<void> {
    clearTimeout(tidying);
    closing.abort();
    await last;
    await pool.close();
    cache.close();
  }
  return {
    run(request, onEvent) {
      const signal = AbortSignal.any([request.signal, closing.signal]);
      const result = last.then(() => execute({ ...request, outputFolder: resolve(request.outputFolder), signal }, onEvent, services));
      last = result.catch(() => {});
      return result;
    },
    deviceNotices: () => pool.workers.flatMap((worker) => worker.notices),
    chooseDevice(device) {
      const chosen = last.then(() => pool.chooseDevice(device));
      last = chosen.catch(() => {});
      return chosen;
    },
    memoryBytes: () => pool.workers.reduce((sum, worker) => sum + worker.memoryBytes, 0),
    close() {
      closed ??= shutDown();
      return closed;
    },
  };
}
