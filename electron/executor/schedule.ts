import type { Plan, Task } from './plan.ts';

type Status = 'waiting' | 'ready' | 'running' | 'done' | 'failed' | 'skipped';

/** What a run has learned before it was planned anew. */
export type Carried = { readonly running: ReadonlySet<string>; readonly failed: ReadonlySet<string> };

/**
 * Where each task of a plan stands. Does nothing by itself: it is told what happened and answers with what
 * follows from it.
 */
export class Schedule {
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #status = new Map<string, Status>();
  readonly #unmet = new Map<string, number>();
  readonly #dependents = new Map<string, Task[]>();
  readonly #remaining: Map<string, number>;
  #open: number;
  #ready: Task[] = [];

  constructor(plan: Plan, carried: Carried) {
    this.#tasks = new Map(plan.tasks.map((task) => [task.key, task]));
    this.#remaining = new Map(plan.consumers);
    this.#open = plan.tasks.length;
    for (const task of plan.tasks) {
      const unmet = task.needs.filter((key) => this.#tasks.has(key));
      for (const key of unmet) this.#addDependent(key, task);
      this.#unmet.set(task.key, unmet.length);
      this.#status.set(task.key, carried.running.has(task.key) ? 'running' : 'waiting');
      if (unmet.length === 0 && !carried.running.has(task.key)) this.#makeReady(task);
    }
    for (const key of carried.failed) if (this.#tasks.has(key)) this.fail(key);
  }

  /** Tasks that have become ready since the last call, in the order of the plan. */
  takeReady(): readonly Task[] {
    const ready = this.#ready.filter((task) => this.#status.get(task.key) === 'ready');
    this.#ready = [];
    return ready;
  }

  start(key: string): void {
    this.#status.set(key, 'running');
  }

  /** The task has its result. Returns the keys of values that no task takes any more. */
  finish(key: string): readonly string[] {
    const task = this.#close(key, 'done');
    if (task === undefined) return [];
    for (const dependent of this.#dependents.get(key) ?? []) {
      const unmet = (this.#unmet.get(dependent.key) ?? 0) - 1;
      this.#unmet.set(dependent.key, unmet);
      if (unmet === 0 && this.#status.get(dependent.key) === 'waiting') this.#makeReady(dependent);
    }
    const unused = this.#remaining.has(key) ? [] : [key];
    return [...unused, ...this.#release(task)];
  }

  /** The task has failed, and with it all that depend on it. Returns the keys of values that no task takes any more. */
  fail(key: string): readonly string[] {
    const freed: string[] = [];
    const failing = [key];
    for (let at = failing.pop(); at !== undefined; at = failing.pop()) {
      const task = this.#close(at, at === key ? 'failed' : 'skipped');
      if (task === undefined) continue;
      freed.push(...this.#release(task));
      for (const dependent of this.#dependents.get(at) ?? []) failing.push(dependent.key);
    }
    return freed;
  }

  /** Whether every task is done, failed, or skipped because of a failed one. */
  get finished(): boolean {
    return this.#open === 0;
  }

  #addDependent(key: string, task: Task): void {
    const dependents = this.#dependents.get(key);
    if (dependents === undefined) this.#dependents.set(key, [task]);
    else dependents.push(task);
  }

  #makeReady(task: Task): void {
    this.#status.set(task.key, 'ready');
    this.#ready.push(task);
  }

  /** Returns the task if it was still open. */
  #close(key: string, status: 'done' | 'failed' | 'skipped'): Task | undefined {
    const task = this.#tasks.get(key);
    const before = this.#status.get(key);
    if (task === undefined || before === 'done' || before === 'failed' || before === 'skipped') return undefined;
    this.#status.set(key, status);
    this.#open -= 1;
    return task;
  }

  #release(task: Task): string[] {
    return task.needs.filter((key) => {
      const left = (this.#remaining.get(key) ?? 0) - 1;
      this.#remaining.set(key, left);
      return left === 0;
    });
  }
}
