import type { NodeContext } from './context.ts';
import type { FileFolder, FileRef, SocketType, SocketValues } from './types.ts';

/** The largest seed: 2^64 - 1. */
export const maxSeed = 18446744073709551615n;

type Common = { readonly tooltip?: string };

/**
 * What a node declares about one input. Plain data: it goes to the page, the docs and the API as it is.
 * A socket takes links only; every other kind is a field that holds a value and may also be linked.
 */
export type InputSpec =
  | (Common & { readonly kind: 'socket'; readonly type: SocketType; readonly optional: boolean })
  | (Common & { readonly kind: 'int'; readonly default: number; readonly min: number; readonly max: number; readonly step: number })
  | (Common & { readonly kind: 'float'; readonly default: number; readonly min: number; readonly max: number; readonly step: number })
  /** An integer in 0..2^64-1. */
  | (Common & { readonly kind: 'seed'; readonly default: number })
  | (Common & { readonly kind: 'text'; readonly default: string; readonly multiline: boolean })
  | (Common & { readonly kind: 'boolean'; readonly default: boolean })
  | (Common & { readonly kind: 'combo'; readonly default: string; readonly options: readonly string[] })
  /** The name of a file in a model folder or in `input/`. */
  | (Common & { readonly kind: 'file'; readonly folder: FileFolder });

export type OutputSpec = {
  readonly type: SocketType;
  /** True for a list of values: nodes that take one at a time run once for each. */
  readonly list: boolean;
};

/** The type that `run` receives for an input. */
type RunValue<S extends InputSpec> = S extends { kind: 'socket'; type: infer T extends SocketType; optional: infer O }
  ? O extends true
    ? SocketValues[T] | undefined
    : SocketValues[T]
  : S extends { kind: 'int' | 'float' }
    ? number
    : S extends { kind: 'seed' }
      ? bigint
      : S extends { kind: 'text' }
        ? string
        : S extends { kind: 'boolean' }
          ? boolean
          : S extends { kind: 'combo'; options: readonly (infer N)[] }
            ? N
            : S extends { kind: 'file' }
              ? FileRef
              : never;

export type InputSpecs = Readonly<Record<string, InputSpec>>;
type OutputDeclarations = Readonly<Record<string, SocketType | OutputSpec>>;

type OutputValue<D extends SocketType | OutputSpec> = D extends SocketType
  ? SocketValues[D]
  : D extends { type: infer T extends SocketType; list: true }
    ? readonly SocketValues[T][]
    : D extends { type: infer T extends SocketType }
      ? SocketValues[T]
      : never;

type RunInputs<I extends InputSpecs, L extends boolean = false> = {
  readonly [K in keyof I]: L extends true ? readonly RunValue<I[K]>[] : RunValue<I[K]>;
};
type RunOutputs<O extends OutputDeclarations> = { readonly [K in keyof O]: OutputValue<O[K]> };

/**
 * Where a node runs: on the process that owns the accelerator, on one for image and mask work beside it,
 * or wherever its inputs already are.
 */
export type NodeDevice = 'accelerator' | 'cpu' | 'any';

type Declaration<I extends InputSpecs, O extends OutputDeclarations, L extends boolean> = {
  readonly type: string;
  /** Raised when the result for the same inputs changes: it is part of the cache key. */
  readonly version: number;
  readonly title: string;
  /** A path like `image/transform`. */
  readonly category: string;
  readonly description: string;
  /** Other words that people search for. */
  readonly aliases?: readonly string[];
  readonly inputs: I;
  readonly outputs: O;
  readonly device: NodeDevice;
  /** True for nodes whose results people want to have: they are what a run runs for. */
  readonly output?: boolean;
  /** False for nodes whose result is not a function of their inputs: they run every time. */
  readonly deterministic?: boolean;
  /** True for nodes that only hold a value, in their field `value`: a field linked to one takes the value itself. */
  readonly constant?: boolean;
  /** True for nodes that take whole lists: `run` gets an array for every input. */
  readonly takesLists?: L;
  /** Files that the values of text fields name (such as `embedding:name` in a prompt). */
  readonly filesIn?: (values: Readonly<Record<string, unknown>>) => readonly FileMention[];
  run(inputs: RunInputs<I, L>, context: NodeContext): Promise<RunOutputs<O>> | RunOutputs<O>;
};

export type FileMention = { readonly folder: FileFolder; readonly name: string; readonly input: string };

/** A declared node in the form that everything but `run`'s author sees. */
export type NodeDefinition = {
  readonly type: string;
  readonly version: number;
  readonly title: string;
  readonly category: string;
  readonly description: string;
  readonly aliases: readonly string[];
  readonly inputs: InputSpecs;
  readonly outputs: Readonly<Record<string, OutputSpec>>;
  readonly device: NodeDevice;
  readonly output: boolean;
  readonly deterministic: boolean;
  readonly constant: boolean;
  readonly takesLists: boolean;
  readonly filesIn: (values: Readonly<Record<string, unknown>>) => readonly FileMention[];
  readonly run: (inputs: Readonly<Record<string, unknown>>, context: NodeContext) => Promise<Readonly<Record<string, unknown>>>;
};

/** The serialisable part of a definition. */
export type NodeDescription = Omit<NodeDefinition, 'filesIn' | 'run'>;

/** Declares a node: the one source of its form, checks, documentation and the types of `run`. */
export function defineNode<const I extends InputSpecs, const O extends OutputDeclarations, const L extends boolean = false>(
  declaration: Declaration<I, O, L>,
): NodeDefinition {
  const outputs = Object.entries(declaration.outputs).map(([name, value]): [string, OutputSpec] => [
    name,
    typeof value === 'string' ? { type: value, list: false } : value,
  ]);
  return {
    type: declaration.type,
    version: declaration.version,
    title: declaration.title,
    category: declaration.category,
    description: declaration.description,
    aliases: declaration.aliases ?? [],
    inputs: declaration.inputs,
    outputs: Object.fromEntries(outputs),
    device: declaration.device,
    output: declaration.output ?? false,
    deterministic: declaration.deterministic ?? true,
    constant: declaration.constant ?? false,
    takesLists: declaration.takesLists ?? false,
    filesIn: declaration.filesIn ?? (() => []),
    // The host validates and resolves inputs against the same specs from which RunInputs derives.
    run: async (inputs, context) => declaration.run(inputs as RunInputs<I, L>, context),
  };
}

/** The serialisable part of a definition, for the page, the docs and the API. */
export function describeNode({ filesIn: _filesIn, run: _run, ...description }: NodeDefinition): NodeDescription {
  return description;
}

export function socket<const T extends SocketType>(type: T, tooltip?: string) {
  return { kind: 'socket', type, optional: false, tooltip } as const;
}

export function optionalSocket<const T extends SocketType>(type: T, tooltip?: string) {
  return { kind: 'socket', type, optional: true, tooltip } as const;
}

export function int(spec: { default: number; min: number; max: number; step?: number; tooltip?: string }) {
  return { kind: 'int', step: 1, ...spec } as const;
}

export function float(spec: { default: number; min: number; max: number; step?: number; tooltip?: string }) {
  return { kind: 'float', step: 0.01, ...spec } as const;
}

export function seed(tooltip?: string) {
  return { kind: 'seed', default: 0, tooltip } as const;
}

export function text(spec: { default?: string; multiline?: boolean; tooltip?: string } = {}) {
  return { kind: 'text', default: '', multiline: false, ...spec } as const;
}

export function boolean(spec: { default: boolean; tooltip?: string }) {
  return { kind: 'boolean', ...spec } as const;
}

/** A choice among `options`; the first is the default unless another is named. */
export function combo<const N extends string>(options: readonly N[], spec: { default?: NoInfer<N>; tooltip?: string } = {}) {
  return { kind: 'combo', options, default: spec.default ?? options[0], tooltip: spec.tooltip } as const;
}

export function file(folder: FileFolder, tooltip?: string) {
  return { kind: 'file', folder, tooltip } as const;
}

/** An output that is a list of values. */
export function listOf<const T extends SocketType>(type: T) {
  return { type, list: true } as const;
}
