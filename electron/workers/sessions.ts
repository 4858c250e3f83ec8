import type { Provider } from '../../nodes/diffusion/onnx/forms.ts';
import type { GivenInput, OnnxGraph } from '../../nodes/diffusion/onnx/graph.ts';
import type { Shapes } from '../../nodes/diffusion/onnx/live-bytes.ts';
import { createOperators, type Operators, onAccelerators, onCpu } from '../../nodes/diffusion/onnx/operators.ts';
import { elementCount, type Tensor } from '../../nodes/diffusion/tensor.ts';
import { CancelledError, OutOfMemoryError, ProblemError } from '../../nodes/problem.ts';
import type { Rung } from './devices/ladder.ts';
import { isOutOfMemory, reasonOf } from './failures.ts';
import { networksToDrop, workBytes } from './memory-plan.ts';
import { createNetwork, type Feeds, type Network } from './runtime.ts';

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
  /** True where the network may compute in float16 on devices that do so faster. */
  readonly halves?: boolean;
  /** True where the caller runs the network in smaller parts when memory runs out: it is not moved to another device for that. */
  readonly divisible?: boolean;
  readonly graph: (operators: Operators) => OnnxGraph | Promise<OnnxGraph>;
  /** The weights that the graph takes at each run. */
  readonly given?: GivenSource;
};

/** Where the weights come from that a graph takes at each run. They are made when the network first runs, and kept with it. */
export type GivenSource = {
  /** The same id stands for the same values: with another one they are made anew, while the network stays loaded. */
  readonly id: string;
  /** Those of the keys, in the format of `givenType`; float16 numbers are their bits. May throw a CancelledError. */
  readonly make: (keys: ReadonlySet<string>) => Promise<GivenWeights>;
};

type GivenWeights = ReadonlyMap<string, Float32Array | Uint16Array>;

export type SessionsOptions = {
  /** How many bytes networks and what they compute may take: in the machine's memory, and in that of an accelerator. */
  readonly budgets: { readonly ram: number; readonly device: number };
  /** The providers to use, the preferred one first; ends on the CPU. */
  readonly ladder: readonly [Rung, ...Rung[]];
  /** Hears in a sentence why something does not run where it should. */
  readonly report: (news: string) => void;
  /** Hears for each run which provider it ran on. */
  readonly ran?: (provider: Provider) => void;
};

type Loaded = {
  readonly network: Network;
  readonly graph: OnnxGraph;
  readonly rung: Rung;
  keptBytes: number;
  given?: { readonly id: string; readonly feeds: Feeds };
};

/**
 * The networks of a process, kept under a memory budget for each place: the one used longest ago goes first, before another is
 * loaded or run. Loading and running block the thread, so calls queue up and run one after another: none can drop the network of
 * another.
 */
export class Sessions {
  readonly #budgets: SessionsOptions['budgets'];
  readonly #report: (news: string) => void;
  readonly #ran: (provider: Provider) => void;
  /** Shortened when a provider turns out not to work. */
  #ladder: readonly Rung[];
  /** Rungs that turned out too small for a network, by its key. */
  readonly #tooSmall = new Map<string, Set<Rung>>();
  /** In the order of their last use. */
  readonly #loaded = new Map<string, Loaded>();
  #last: Promise<unknown> = Promise.resolve();

  constructor({ budgets, ladder, report, ran = () => {} }: SessionsOptions) {
    this.#budgets = budgets;
    this.#ladder = ladder;
    this.#report = report;
    this.#ran = ran;
  }

  /** Loads the network unless it is loaded. Throws a ProblemError where that cannot be done. */
  load(source: SessionSource): Promise<void> {
    const work = async (rung: Rung) => {
      await giveWeights(await this.#session(source, rung), source);
    };
    return this.#inTurn(() => this.#onLadder(source, work, notLoaded(source)));
  }

  /**
   * Runs the network once and returns its outputs by name, all float32.
   * Throws an OutOfMemoryError where memory runs out on every device that is left; `smaller` says what a person can lower.
   * `steady` are more inputs, in objects that are the same in run after run: a device may keep them.
   */
  run(source: SessionSource, feeds: Feeds, smaller: string, steady: readonly Feeds[] = []): Promise<Readonly<Record<string, Tensor>>> {
    const problem = { what: `There is not enough memory to run ${source.title} at this size.`, fix: smaller };
    return this.#inTurn(() => this.#onLadder(source, (rung) => this.#runOn(source, feeds, steady, rung), problem));
  }

  /** Whether the network and what it computes for inputs of these shapes are within the budget of where it would run. */
  fits(source: SessionSource, shapes: Shapes): Promise<boolean> {
    return this.#inTurn(async () => {
      const rung = this.#rungOf(source);
      const graph = this.#loaded.get(source.key)?.graph ?? (await source.graph(operatorsOf(source, rung)));
      return graph.weightBytes + workBytes(graph, shapes) <= this.#budget(rung);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  #budget({ provider }: Rung): number {
    return provider === 'cpu' ? this.#budgets.ram : this.#budgets.device;
  }

  #rungOf({ key }: SessionSource): Rung {
    const rung = this.#ladder.find((candidate) => !this.#tooSmall.get(key)?.has(candidate));
    if (rung === undefined) throw new Error('the ladder of providers ends on the CPU');
    return rung;
  }

  /** Tries the work on the source's rung, then with all other networks gone, then a rung further down. */
  async #onLadder<T>(source: SessionSource, work: (rung: Rung) => Promise<T>, problem: { what: string; fix: string }): Promise<T> {
    for (;;) {
      const rung = this.#rungOf(source);
      try {
        return await work(rung);
      } catch (cause) {
        if (cause instanceof ProblemError || cause instanceof CancelledError) throw cause;
        if (isOutOfMemory(cause)) {
          if (await this.#dropOthers(source)) continue;
          if (rung.provider === 'cpu' || source.divisible) throw new OutOfMemoryError(problem, { cause });
          await this.#moveDown(source, rung);
        } else {
          if (rung.provider === 'cpu') throw this.#loaded.has(source.key) ? cause : loadProblem(source, cause);
          await this.#giveUp(rung, cause);
        }
      }
    }
  }

  async #moveDown(source: SessionSource, rung: Rung): Promise<void> {
    const refused = this.#tooSmall.get(source.key) ?? new Set();
    this.#tooSmall.set(source.key, refused.add(rung));
    await this.#drop([source.key]);
    this.#report(`The memory of "${rung.provider}" is too small for ${source.title}; it goes on with "${this.#rungOf(source).provider}".`);
  }

  async #giveUp(rung: Rung, cause: unknown): Promise<void> {
    this.#ladder = this.#ladder.filter((other) => other !== rung);
    await this.#drop([...this.#loaded].filter(([, loaded]) => loaded.rung === rung).map(([key]) => key));
    this.#report(`"${rung.provider}" does not work here (${reasonOf(cause)}); going on with "${this.#ladder[0].provider}".`);
  }

  async #runOn(source: SessionSource, feeds: Feeds, steady: readonly Feeds[], rung: Rung): Promise<Readonly<Record<string, Tensor>>> {
    const shapes = Object.fromEntries([feeds, ...steady].flatMap(Object.entries<Feeds[string]>).map(([name, { shape }]) => [name, shape]));
    const loaded = await this.#session(source, rung, shapes);
    const bytes = workBytes(loaded.graph, shapes);
    await this.#makeRoom(source, rung, loaded.graph.weightBytes + bytes);
    if (source.repeats) loaded.keptBytes = Math.max(loaded.keptBytes, bytes);
    const outputs = await loaded.network.run(feeds, [await giveWeights(loaded, source), ...steady]);
    this.#ran(rung.provider);
    return outputs;
  }

  /** The loaded network; loads it if need be, after making room for it and for inputs of these shapes. */
  async #session(source: SessionSource, rung: Rung, shapes?: Shapes): Promise<Loaded> {
    const known = this.#loaded.get(source.key);
    if (known !== undefined) {
      this.#loaded.delete(source.key);
      this.#loaded.set(source.key, known);
      return known;
    }
    const graph = await source.graph(operatorsOf(source, rung));
    await this.#makeRoom(source, rung, graph.weightBytes + (shapes === undefined ? 0 : workBytes(graph, shapes)));
    const network = await createNetwork(graph, { provider: rung.provider, keepsBuffers: source.repeats });
    const loaded = { network, graph, rung, keptBytes: 0 };
    this.#loaded.set(source.key, loaded);
    return loaded;
  }

  /** Drops what was used longest ago in the rung's memory until `bytes` of this source fit. */
  async #makeRoom({ key: own }: SessionSource, rung: Rung, bytes: number): Promise<void> {
    const isHere = (loaded: Loaded) => (loaded.rung.provider === 'cpu') === (rung.provider === 'cpu');
    const held = [...this.#loaded].filter(([key, loaded]) => key !== own && isHere(loaded));
    const sizes = held.map(([key, { graph, keptBytes }]) => ({ key, bytes: graph.weightBytes + keptBytes }));
    await this.#drop(networksToDrop(sizes, bytes, this.#budget(rung)));
  }

  /** Whether there were any. */
  async #dropOthers({ key: own }: SessionSource): Promise<boolean> {
    const others = [...this.#loaded.keys()].filter((key) => key !== own);
    await this.#drop(others);
    return others.length > 0;
  }

  async #drop(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const loaded = this.#loaded.get(key);
      this.#loaded.delete(key);
      await loaded?.network.release();
    }
  }
}

const nothing: Feeds = {};

/** The feeds for the weights that the network takes at each run; made unless they are there. The old ones go before new ones come. */
async function giveWeights(loaded: Loaded, { given }: SessionSource): Promise<Feeds> {
  if (given === undefined) return nothing;
  if (loaded.given?.id === given.id) return loaded.given.feeds;
  if (loaded.given !== undefined) loaded.network.forget(loaded.given.feeds);
  loaded.given = undefined;
  const weights = await given.make(new Set(loaded.graph.given.map(({ key }) => key)));
  const feeds = Object.fromEntries(loaded.graph.given.map((input) => [input.name, weightFeed(input, weights.get(input.key))]));
  loaded.given = { id: given.id, feeds };
  return feeds;
}

function weightFeed({ key, rows, dims, type }: GivenInput, data: Float32Array | Uint16Array | undefined): Feeds[string] {
  if (data === undefined) throw new Error(`the weight ${key} was not given`);
  const size = elementCount(dims);
  const from = rows === undefined ? 0 : (rows.start * size) / rows.count;
  const part = data.subarray(from, from + size);
  return type === 'float16' ? { data: halves(part), shape: dims } : { data: floats(part), shape: dims };
}

function halves(data: Float32Array | Uint16Array): Uint16Array {
  return data instanceof Uint16Array ? data : new Uint16Array(Float16Array.from(data).buffer);
}

function floats(data: Float32Array | Uint16Array): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length));
}

function operatorsOf(source: SessionSource, { provider, precision, forms }: Rung): Operators {
  return createOperators({
    precision: source.halves ? precision : 'float32',
    forms,
    ...(provider === 'cpu' ? onCpu : onAccelerators),
  });
}

function notLoaded(source: SessionSource): { what: string; fix: string } {
  return {
    what: `There is not enough memory to load ${source.title}.`,
    fix: 'Close other programs, or choose a smaller model.',
  };
}

function loadProblem(source: SessionSource, cause: unknown): ProblemError {
  const fix = 'Check that the file is still where it was and unchanged, or download it again.';
  return new ProblemError({ what: `ONNX Runtime cannot load ${source.title} (${reasonOf(cause)}).`, fix }, { cause });
}
