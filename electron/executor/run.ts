import { type Problem, ProblemError } from '../../nodes/problem.ts';
import type { FileRef } from '../../nodes/types.ts';
import type { SavedFile, WorkerKind } from '../workers/protocol.ts';
import type { Supervisor, TaskOutcome } from '../workers/supervisor.ts';
import type { Cache } from './cache.ts';
import { type Course, courseOf } from './course.ts';
import type { NodeReport, RunEvent, RunRequest } from './events.ts';
import { type LostValues, locateValues } from './locate.ts';
import { placeTask } from './place.ts';
import { type Plan, type PlannedGraph, planRun, type Task } from './plan.ts';
import { endedProblem, lostTooOftenProblem } from './problems.ts';
import { byKind } from './saved-files.ts';
import { workerTask } from './worker-task.ts';

export type RunServices = {
  readonly cache: Cache<Supervisor>;
  readonly workers: readonly Supervisor[];
  readonly tempFolder: string;
  readonly cancelGraceMs: number;
};

/** A run that has been planned: what is wanted, and the nodes and keys that lead to it. */
export type PlannedRun = {
  readonly graph: PlannedGraph;
  readonly wanted: readonly string[];
  readonly plan: Plan;
  readonly request: RunRequest;
  readonly onEvent: (event: RunEvent) => void;
};

/** What came of the tasks of a run. */
export type TaskResults = {
  readonly problems: readonly Problem[];
  readonly reports: ReadonlyMap<string, NodeReport>;
  /** By key, for output nodes. */
  readonly saved: ReadonlyMap<string, readonly SavedFile[]>;
};

/** A value that is lost and made again this often in one run will be lost once more. */
const maximumLosses = 3;

/** Runs the tasks of a plan on the worker processes. Resolves when all have ended, or when a cancelled run has. */
export function runTasks(run: PlannedRun, services: RunServices): Promise<TaskResults> {
  return new TaskRun(run, services).finished;
}

class TaskRun {
  readonly finished: Promise<TaskResults>;
  readonly #run: PlannedRun;
  readonly #services: RunServices;
  readonly #files: readonly FileRef[];
  readonly #end = Promise.withResolvers<void>();
  readonly #busy = new Map<Supervisor, Task>();
  readonly #problems: Problem[] = [];
  readonly #reports = new Map<string, NodeReport>();
  readonly #saved = new Map<string, readonly SavedFile[]>();
  readonly #failed = new Set<string>();
  readonly #done = new Set<string>();
  readonly #losses = new Map<string, number>();
  #course: Course;

  constructor(run: PlannedRun, services: RunServices) {
    this.#run = run;
    this.#services = services;
    this.#files = distinctFiles(run.graph);
    this.#course = courseOf(run.plan, { running: new Set(), failed: this.#failed });
    const { signal } = run.request;
    const abort = () => this.#cancel();
    signal.addEventListener('abort', abort);
    this.finished = this.#end.promise.then(() => {
      signal.removeEventListener('abort', abort);
      return { problems: this.#problems, reports: this.#reports, saved: this.#saved };
    });
    this.#startProcesses();
    this.#advance();
  }

  /** Starts what will be needed while the first tasks are still on their way. */
  #startProcesses(): void {
    const devices = new Set(this.#run.plan.tasks.map(({ node }) => node.definition.device));
    for (const kind of ['accelerator', 'cpu'] as const) {
      if (devices.has(kind)) void this.#services.workers.find((worker) => worker.kind === kind)?.start();
    }
  }

  /** Gives idle processes what is ready; ends the run when nothing is left to do. */
  #advance(): void {
    const { aborted } = this.#run.request.signal;
    const { schedule, queues } = this.#course;
    if (this.#busy.size === 0 && (aborted || schedule.finished)) this.#end.resolve();
    if (aborted) return;
    for (const task of schedule.takeReady()) queues[this.#placeOf(task)].add(task);
    for (const kind of ['accelerator', 'cpu'] as const) {
      for (let worker = this.#idleWorker(kind); worker !== undefined; worker = this.#idleWorker(kind)) {
        const task = queues[kind].take();
        if (task === undefined) break;
        this.#dispatch(task, worker).catch((error: unknown) => this.#end.reject(error));
      }
    }
  }

  #placeOf({ node, needs }: Task): WorkerKind {
    const { cache, workers } = this.#services;
    const takes = needs.map((key) => {
      const place = cache.find(key);
      const heldBy = place?.at === 'memory' ? Array.from(place.holders, ({ kind }) => kind) : [];
      return { bytes: cache.bytesOf(key), heldBy };
    });
    const started = new Set(workers.filter((worker) => worker.started).map(({ kind }) => kind));
    return placeTask(node.definition.device, takes, started);
  }

  /** An idle process of a kind: the one that holds most of what is next, else one that runs already, else any. */
  #idleWorker(kind: WorkerKind): Supervisor | undefined {
    const next = this.#course.queues[kind].first;
    const idle = this.#services.workers.filter((worker) => worker.kind === kind && !this.#busy.has(worker));
    if (next === undefined || idle.length < 2) return idle.at(0);
    const { cache } = this.#services;
    const worth = (worker: Supervisor) =>
      next.needs.reduce((sum, key) => {
        const place = cache.find(key);
        return place?.at === 'memory' && place.holders.has(worker) ? sum + cache.bytesOf(key) : sum;
      }, Number(worker.started));
    return idle.reduce((best, worker) => (worth(worker) > worth(best) ? worker : best));
  }

  async #dispatch(task: Task, worker: Supervisor): Promise<void> {
    this.#busy.set(worker, task);
    this.#course.schedule.start(task.key);
    this.#tell(task, (node) => ({ type: 'started', node, key: task.key }));
    try {
      const located = await locateValues(task.needs, worker, this.#services.cache);
      if (located.status === 'lost') await this.#makeAgain(task, worker, located);
      else if (!this.#run.request.signal.aborted) {
        const message = workerTask(task, located.sources, this.#surroundings(task, worker));
        const outcome = await worker.run(message, this.#newsOf(task));
        await this.#settle(task, worker, outcome);
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#fail(task, { node: task.node.id, ...error.problem });
    }
    this.#busy.delete(worker);
    await this.#keepBudgets();
    this.#advance();
  }

  #surroundings(task: Task, worker: Supervisor) {
    const { graph, request } = this.#run;
    const { cache, tempFolder } = this.#services;
    // A consumer that must run in another process needs the value in a file, before this process is busy again.
    const leaves = this.#course.takers.get(task.key)?.has(worker.kind === 'cpu' ? 'accelerator' : 'cpu') === true;
    const when = leaves ? 'always' : cache.keepsFiles ? 'dear' : 'never';
    return { keys: graph.keys, files: this.#files, request, tempFolder, keep: { path: cache.pathOf(task.key), when } as const };
  }

  #newsOf(task: Task) {
    return {
      progress: (value: number, max: number) => this.#tell(task, (node) => ({ type: 'progress', node, key: task.key, value, max })),
      preview: (jpeg: Uint8Array) => this.#tell(task, (node) => ({ type: 'preview', node, key: task.key, jpeg })),
      notice: (text: string) => this.#tell(task, (node) => ({ type: 'notice', node, text })),
    };
  }

  async #settle(task: Task, worker: Supervisor, outcome: TaskOutcome): Promise<void> {
    if (outcome.status === 'ended') {
      if (this.#run.request.signal.aborted) return;
      this.#fail(task, endedProblem(task.node, outcome));
      return this.#planAnew();
    }
    const { result, loaded } = outcome;
    const { cache } = this.#services;
    for (const key of loaded) cache.addCopy(key, worker);
    switch (result.status) {
      case 'done': {
        const { ms, saved } = result;
        const { tables } = result.value;
        const effort = { device: result.device, memoryBytes: outcome.memoryBytes };
        cache.add(task.key, result, worker, this.#run.request.outputFolder);
        this.#done.add(task.key);
        const files = byKind(saved);
        this.#saved.set(task.key, saved);
        task.ids.forEach((node, index) => {
          const report = { ms: index === 0 ? ms : 0, cached: index > 0, ...(tables !== undefined && { tables }) };
          this.#reports.set(node, report);
          this.#run.onEvent({ type: 'done', node, key: task.key, ...report, ...files, ...(index === 0 && { effort }) });
        });
        return this.#unpin(this.#course.schedule.finish(task.key));
      }
      case 'failed':
        return this.#fail(task, result.problem);
      case 'missing':
        return this.#makeAgain(task, worker, { status: 'lost', keys: result.keys });
      case 'cancelled':
        return;
    }
  }

  #fail(task: Task, problem: Problem): void {
    this.#failed.add(task.key);
    this.#problems.push(problem);
    this.#tell(task, (node) => ({ type: 'failed', node, key: task.key, problem: { ...problem, node } }));
    this.#unpin(this.#course.schedule.fail(task.key));
  }

  /** Values that the task takes are gone: it waits until they have been made once more. */
  async #makeAgain(task: Task, worker: Supervisor, { keys }: LostValues): Promise<void> {
    const losses = (this.#losses.get(task.key) ?? 0) + 1;
    this.#losses.set(task.key, losses);
    for (const key of keys) {
      const place = this.#services.cache.find(key);
      if (place?.at === 'memory') for (const holder of place.holders) holder.drop([key]);
      await this.#services.cache.forget(key);
    }
    if (losses > maximumLosses) return this.#fail(task, lostTooOftenProblem(task.node));
    this.#busy.delete(worker);
    this.#planAnew();
  }

  /** Plans what is still wanted from what is still there. */
  #planAnew(): void {
    const { graph, wanted } = this.#run;
    const running = new Set(Array.from(this.#busy.values(), ({ key }) => key));
    const left = wanted.filter((id) => !this.#done.has(graph.keys.get(id) ?? ''));
    const plan = planRun(graph, left, (key) => this.#services.cache.has(key));
    this.#course = courseOf(plan, { running, failed: this.#failed });
  }

  #unpin(keys: readonly string[]): void {
    for (const key of keys) this.#course.pinned.delete(key);
  }

  async #keepBudgets(): Promise<void> {
    for (const { key, holders } of await this.#services.cache.trim(this.#course.pinned)) {
      for (const worker of holders) worker.drop([key]);
    }
  }

  #cancel(): void {
    for (const worker of this.#busy.keys()) worker.cancel(this.#services.cancelGraceMs);
    this.#advance();
  }

  #tell(task: Task, event: (node: string) => RunEvent): void {
    for (const id of task.ids) this.#run.onEvent(event(id));
  }
}

function distinctFiles({ nodes }: PlannedGraph): FileRef[] {
  const files = nodes.flatMap((node) => [...node.files.values(), ...node.mentions.map(({ file }) => file)]);
  return Array.from(new Map(files.map((file) => [file.fingerprint, file])).values());
}
