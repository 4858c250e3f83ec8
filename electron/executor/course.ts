import type { NodeDevice } from '../../nodes/define.ts';
import type { WorkerKind } from '../workers/protocol.ts';
import type { Plan, Task } from './plan.ts';
import { type Carried, Schedule } from './schedule.ts';

/** A plan on its way: where each task stands, which wait for a process, and which values are still needed. */
export type Course = {
  readonly schedule: Schedule;
  readonly queues: Readonly<Record<WorkerKind, TaskQueue>>;
  /** The keys of values that tasks will still take: they must not be evicted. */
  readonly pinned: Set<string>;
  /** By the key of a value: the devices of the tasks that take it. */
  readonly takers: ReadonlyMap<string, ReadonlySet<NodeDevice>>;
};

export function courseOf(plan: Plan, carried: Carried): Course {
  const ranks = new Map(plan.tasks.map(({ key }, index) => [key, index]));
  return {
    schedule: new Schedule(plan, carried),
    queues: { accelerator: new TaskQueue(ranks), cpu: new TaskQueue(ranks) },
    pinned: new Set(plan.consumers.keys()),
    takers: devicesThatTake(plan),
  };
}

function devicesThatTake({ tasks }: Plan): ReadonlyMap<string, ReadonlySet<NodeDevice>> {
  const devices = new Map<string, Set<NodeDevice>>();
  for (const { needs, node } of tasks) {
    for (const key of needs) {
      const taking = devices.get(key);
      if (taking === undefined) devices.set(key, new Set([node.definition.device]));
      else taking.add(node.definition.device);
    }
  }
  return devices;
}

/**
 * Tasks that are ready, in the order of the plan. So what leads to the first picture comes before what has been ready
 * for longer, but leads to the second.
 */
class TaskQueue {
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #tasks: Task[] = [];

  constructor(ranks: ReadonlyMap<string, number>) {
    this.#ranks = ranks;
  }

  get first(): Task | undefined {
    return this.#tasks.at(0);
  }

  add(task: Task): void {
    const rank = this.#rankOf(task);
    let [low, high] = [0, this.#tasks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rankOf(this.#tasks[middle]) < rank) low = middle + 1;
      else high = middle;
    }
    this.#tasks.splice(low, 0, task);
  }

  /** Takes the first one out. */
  take(): Task | undefined {
    return this.#tasks.shift();
  }

  #rankOf({ key }: Task): number {
    return this.#ranks.get(key) ?? Number.POSITIVE_INFINITY;
  }
}
