import { availableParallelism, cpus } from 'node:os';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { OnnxGraph } from '../../nodes/diffusion/onnx/graph.ts';
import { cpuOperators, type Operators, webgpuOperators } from '../../nodes/diffusion/onnx/operators.ts';
import type { Tensor } from '../../nodes/diffusion/tensor.ts';
import { OutOfMemoryError, ProblemError } from '../../nodes/problem.ts';

/** What a session is made from. */
export type SessionSource = {
  /** The same key stands for the same weights and the same graph. */
  readonly key: string;
  /** What a person calls the network, such as "the U-Net of starter.safetensors". */
  readonly title: string;
  /**
   * True for a network that runs many times in a row: it keeps its buffers between runs, a sixth faster. The others give theirs back,
   * which for a VAE is a gigabyte.
   */
  readonly repeats: boolean;
  readonly graph: (operators: Operators) => OnnxGraph | Promise<OnnxGraph>;
};

export type Feeds = Readonly<Record<string, Tensor | { readonly data: BigInt64Array; readonly shape: readonly number[] }>>;

type Loaded = { readonly session: InferenceSession; readonly bytes: number };

const operatorsOf: Readonly<Record<string, Operators>> = { cpu: cpuOperators, webgpu: webgpuOperators };

/**
 * The ONNX Runtime sessions of a process, kept under a memory budget: the one used longest ago goes first.
 * Loading and running block the thread, so calls queue up and run one after another: none can drop the session of another.
 */
export class Sessions {
  readonly #budgetBytes: number;
  readonly #report: (news: string) => void;
  /** From the preferred provider down to the CPU; shortened when a provider turns out not to work here. */
  #ladder: readonly string[];
  /** In the order of their last use. */
  readonly #loaded = new Map<string, Loaded>();
  #last: Promise<unknown> = Promise.resolve();

  constructor({ budgetBytes, provider, report }: { budgetBytes: number; provider: string; report: (news: string) => void }) {
    this.#budgetBytes = budgetBytes;
    this.#report = report;
    this.#ladder = provider === 'cpu' ? ['cpu'] : [provider, 'cpu'];
  }

  /** Loads the network unless it is loaded. Throws a ProblemError where that cannot be done. */
  load(source: SessionSource): Promise<void> {
    return this.#inTurn(async () => {
      await this.#session(source);
    });
  }

  /**
   * Runs the network once and returns its outputs by name, all float32.
   * Throws an OutOfMemoryError where memory runs out; `smaller` says what a person can lower.
   */
  run(source: SessionSource, feeds: Feeds, smaller: string): Promise<Readonly<Record<string, Tensor>>> {
    return this.#inTurn(async () => {
      const session = await this.#session(source);
      const inputs = Object.entries(feeds).map(([name, value]) => [name, toOrt(value)]);
      try {
        const outputs = await session.run(Object.fromEntries(inputs));
        return Object.fromEntries(session.outputNames.map((name) => [name, fromOrt(outputs[name])]));
      } catch (cause) {
        if (!isOutOfMemory(cause)) throw cause;
        throw new OutOfMemoryError({ what: `There is not enough memory to run ${source.title} at this size.`, fix: smaller }, { cause });
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  async #session(source: SessionSource): Promise<InferenceSession> {
    const known = this.#loaded.get(source.key);
    if (known !== undefined) {
      this.#loaded.delete(source.key);
      this.#loaded.set(source.key, known);
      return known.session;
    }
    for (const provider of this.#ladder) {
      try {
        return await this.#create(source, provider);
      } catch (cause) {
        if (cause instanceof ProblemError) throw cause;
        if (provider === 'cpu') throw loadProblem(source, cause);
        this.#ladder = this.#ladder.filter((rung) => rung !== provider);
        this.#report(`"${provider}" does not work here (${reason(cause)}); going on with "${this.#ladder[0]}".`);
      }
    }
    throw new Error('the ladder of providers ends on the CPU');
  }

  async #create(source: SessionSource, provider: string): Promise<InferenceSession> {
    const operators = operatorsOf[provider];
    if (operators === undefined) throw new Error('no such provider');
    const graph = await source.graph(operators);
    await this.#makeRoom(graph.weightBytes);
    const session = await InferenceSession.create(graph.model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      // A plan of one large block for each shape would be held beside the arena's own blocks: 0.9 GB more for a U-Net, and no faster.
      enableMemPattern: false,
      enableCpuMemArena: source.repeats,
      intraOpNumThreads: intraOpThreads(),
      // Errors are thrown, and said in words by whoever catches them.
      logSeverityLevel: 4,
      extra: { 'session.model_external_initializers_file_folder_path': graph.folder },
    });
    this.#loaded.set(source.key, { session, bytes: graph.weightBytes });
    return session;
  }

  async #makeRoom(bytes: number): Promise<void> {
    let held = [...this.#loaded.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [key, entry] of [...this.#loaded]) {
      if (held + bytes <= this.#budgetBytes) return;
      this.#loaded.delete(key);
      held -= entry.bytes;
      await entry.session.release();
    }
  }
}

/** 0 lets ONNX Runtime count the physical cores; a container's smaller share has to be told to it. */
function intraOpThreads(): number {
  const share = availableParallelism();
  return share < cpus().length ? share : 0;
}

function toOrt({ data, shape }: Feeds[string]): OrtTensor {
  return data instanceof BigInt64Array ? new OrtTensor('int64', data, shape) : new OrtTensor('float32', data, shape);
}

function fromOrt({ data, dims }: OrtTensor): Tensor {
  if (!(data instanceof Float32Array)) throw new Error('networks give float32 only');
  return { data, shape: dims };
}

function loadProblem(source: SessionSource, cause: unknown): ProblemError {
  if (isOutOfMemory(cause)) {
    const fix = 'Close other programs, or choose a smaller model.';
    return new ProblemError({ what: `There is not enough memory to load ${source.title}.`, fix }, { cause });
  }
  const fix = 'Check that the file is still where it was and unchanged, or download it again.';
  return new ProblemError({ what: `ONNX Runtime cannot load ${source.title} (${reason(cause)}).`, fix }, { cause });
}

function isOutOfMemory(cause: unknown): boolean {
  return /bad.?alloc|failed to allocate|out of memory|not enough memory|array buffer allocation/i.test(reason(cause));
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
