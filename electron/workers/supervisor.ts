import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DeviceChoice } from './devices/ladder.ts';
import type { FromWorker, StoreOutcome, TaskResult, ToWorker, WorkerKind, WorkerSettings, WorkerTask } from './protocol.ts';

/** How a process ended. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type TaskOutcome =
  /** `memoryBytes`: the most memory that the process was seen to have during the task. */
  | { readonly status: 'answered'; readonly result: TaskResult; readonly loaded: readonly string[]; readonly memoryBytes: number }
  /** The process ended in the middle of the task, or before it could begin. */
  | { readonly status: 'ended'; readonly exit: Exit; readonly began: boolean };

export type TaskNews = {
  readonly progress: (value: number, max: number) => void;
  readonly preview: (jpeg: Uint8Array) => void;
  /** Something that a person should know of how it runs, in a sentence. */
  readonly notice: (text: string) => void;
};

export type SupervisorOptions = {
  readonly settings: WorkerSettings;
  /** The Node binary that runs the process: never Electron's, whose allocator refuses large buffers. */
  readonly nodePath: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Told when the process has ended, whatever the reason: the values in it are lost. */
  readonly onEnd: () => void;
};

/** V8's heap grows to 160 MB while networks come and go unless it is told to stay small; the tensors are not in it. */
export const workerFlags = ['--optimize-for-size'];

const entry = fileURLToPath(new URL('./worker.ts', import.meta.url));
const closeGraceMs = 1000;

type Job = { readonly news: TaskNews; readonly answer: (outcome: TaskOutcome) => void };
type Running = { readonly process: ChildProcess; readonly ready: Promise<boolean>; readonly ended: Promise<void> };

/**
 * One worker process: started when first needed, and again after it has ended, which never ends anything else.
 * It runs one task at a time.
 */
export class Supervisor {
  readonly kind: WorkerKind;
  readonly #options: SupervisorOptions;
  #settings: WorkerSettings;
  readonly #stores = new Map<string, PromiseWithResolvers<StoreOutcome>>();
  #running: Running | undefined;
  #job: Job | undefined;
  #kill: NodeJS.Timeout | undefined;
  #notices: string[] = [];
  #memoryBytes = 0;
  #peakBytes = 0;

  constructor(options: SupervisorOptions) {
    this.kind = options.settings.kind;
    this.#options = options;
    this.#settings = options.settings;
  }

  get started(): boolean {
    return this.#running !== undefined;
  }

  /** The process id, while a process runs. */
  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  /** The memory that the process had when it told last; 0 while none runs. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** What the process had to say on where networks run, since it started. */
  get notices(): readonly string[] {
    return this.#notices;
  }

  /** Starts the process if there is none. Resolves to whether it is ready for tasks. */
  start(): Promise<boolean> {
    this.#running ??= this.#launch();
    return this.#running.ready;
  }

  async run(task: WorkerTask, news: TaskNews): Promise<TaskOutcome> {
    const { promise, resolve } = Promise.withResolvers<TaskOutcome>();
    this.#job = { news, answer: resolve };
    this.#peakBytes = 0;
    if (await this.start()) this.#send({ type: 'run', task });
    return promise;
  }

  /** Asks the running task to stop, and ends the process if it has not within `graceMs`. */
  cancel(graceMs: number): void {
    if (this.#job === undefined || this.#kill !== undefined) return;
    this.#send({ type: 'cancel' });
    this.#kill = setTimeout(() => this.#running?.process.kill('SIGKILL'), graceMs);
  }

  /** Has the process write a value to a file. */
  async store(key: string, path: string): Promise<StoreOutcome> {
    if (this.#running === undefined) return { status: 'missing' };
    const pending = this.#stores.get(key);
    if (pending !== undefined) return pending.promise;
    const answer = Promise.withResolvers<StoreOutcome>();
    this.#stores.set(key, answer);
    this.#send({ type: 'store', key, path });
    return answer.promise;
  }

  /** Lets the process forget values. */
  drop(keys: readonly string[]): void {
    if (this.#running !== undefined) this.#send({ type: 'drop', keys });
  }

  /** Ends the process if it is the accelerator's: the next one runs networks on the device. */
  async chooseDevice(device: DeviceChoice): Promise<void> {
    this.#settings = { ...this.#settings, engine: { ...this.#settings.engine, device } };
    if (this.kind === 'accelerator') await this.close();
  }

  /** Ends the process, at once if it does not go by itself. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    if (running.process.connected) running.process.disconnect();
    const timer = setTimeout(() => running.process.kill('SIGKILL'), closeGraceMs);
    await running.ended;
    clearTimeout(timer);
  }

  #launch(): Running {
    const child = fork(entry, [JSON.stringify(this.#settings)], {
      execPath: this.#options.nodePath,
      execArgv: workerFlags,
      serialization: 'advanced',
      // Standard output belongs to the host's own answers.
      stdio: ['ignore', 2, 2, 'ipc'],
      env: { ...process.env, ...this.#options.environment },
    });
    const ready = Promise.withResolvers<boolean>();
    const ended = Promise.withResolvers<void>();
    let isReady = false;
    const end = (exit: Exit) => {
      ready.resolve(false);
      this.#afterEnd(exit, isReady);
      ended.resolve();
    };
    child.on('message', (message: FromWorker) => {
      if (message.type === 'ready') {
        isReady = true;
        ready.resolve(true);
      } else {
        this.#receive(message);
      }
    });
    child.once('exit', (code, signal) => end({ code, signal }));
    child.on('error', () => {
      if (child.pid === undefined) end({ code: null, signal: null });
    });
    return { process: child, ready: ready.promise, ended: ended.promise };
  }

  #afterEnd(exit: Exit, began: boolean): void {
    this.#running = undefined;
    this.#notices = [];
    this.#memoryBytes = 0;
    for (const { resolve } of this.#stores.values()) resolve({ status: 'missing' });
    this.#stores.clear();
    this.#options.onEnd();
    this.#answer({ status: 'ended', exit, began });
  }

  #receive(message: Exclude<FromWorker, { type: 'ready' }>): void {
    switch (message.type) {
      case 'progress':
        this.#seeMemory(message.memoryBytes);
        this.#job?.news.progress(message.value, message.max);
        return;
      case 'notice':
        console.error(message.text);
        this.#notices.push(message.text);
        this.#job?.news.notice(message.text);
        return;
      case 'preview':
        this.#job?.news.preview(message.jpeg);
        return;
      case 'result':
        this.#seeMemory(message.memoryBytes);
        this.#answer({ status: 'answered', result: message.result, loaded: message.loaded, memoryBytes: this.#peakBytes });
        return;
      case 'stored':
        this.#stores.get(message.key)?.resolve(message.outcome);
        this.#stores.delete(message.key);
        return;
    }
  }

  #seeMemory(bytes: number): void {
    this.#memoryBytes = bytes;
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
  }

  #answer(outcome: TaskOutcome): void {
    clearTimeout(this.#kill);
    this.#kill = undefined;
    const job = this.#job;
    this.#job = undefined;
    job?.answer(outcome);
  }

  #send(message: ToWorker): void {
    const child = this.#running?.process;
    // The process may end at any moment; its end is told by its exit, not by a failed message.
    if (child?.connected) child.send(message, () => {});
  }
}
