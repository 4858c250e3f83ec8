import { fileURLToPath } from 'node:url';
import type { DeviceChoice } from './devices/ladder.ts';
import type { WorkerKind, WorkerSettings } from './protocol.ts';
import { Supervisor } from './supervisor.ts';

export type PoolOptions = {
  /** How many processes for image and mask work run beside the accelerator's. */
  readonly cpuWorkers: number;
  readonly catalogModule: string;
  readonly engine: WorkerSettings['engine'];
  readonly nodePath: string;
  /** Where compiled code is kept from one start to the next. */
  readonly compileCache: string;
  readonly onEnd: (worker: Supervisor) => void;
};

export const defaultCatalogModule = fileURLToPath(new URL('../../nodes/catalog.ts', import.meta.url));

/** glibc otherwise keeps freed tensors: blocks of 1 MiB and more go back to the system at once. */
export const mallocEnvironment = { MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_TRIM_THRESHOLD_: '1048576' };

/** The worker processes: one owns the accelerator. None is started before it is needed. */
export class Pool {
  readonly workers: readonly Supervisor[];

  constructor(options: PoolOptions) {
    const kinds: readonly WorkerKind[] = ['accelerator', ...Array.from({ length: options.cpuWorkers }, () => 'cpu' as const)];
    this.workers = kinds.map((kind) => supervise(kind, options));
  }

  /** Ends the processes that run: the next ones use the device. */
  async chooseDevice(device: DeviceChoice): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.chooseDevice(device)));
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
  }
}

function supervise(kind: WorkerKind, { catalogModule, engine, nodePath, compileCache, onEnd }: PoolOptions): Supervisor {
  const worker: Supervisor = new Supervisor({
    settings: { hostPid: process.pid, kind, catalogModule, engine },
    nodePath,
    environment: {
      ...mallocEnvironment,
      NODE_COMPILE_CACHE: compileCache,
    },
    onEnd: () => onEnd(worker),
  });
  return worker;
}
