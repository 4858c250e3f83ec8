import type { Problem } from '../../nodes/problem.ts';
import type { ResultTable } from '../../nodes/result-table.ts';
import type { FileFolder, FileRef, SocketType } from '../../nodes/types.ts';
import type { FieldValue } from '../../workflows/graph.ts';
import type { DeviceChoice } from './devices/ladder.ts';

/*
 * The messages between the host and a worker process. Both ends are our own code in the same version, started
 * by the host itself, so the types are the contract. Messages travel by structured clone.
 */

export type WorkerKind = 'accelerator' | 'cpu';

/** Given to a worker process as its first argument, as JSON. */
export type WorkerSettings = {
  readonly hostPid: number;
  readonly kind: WorkerKind;
  /** The absolute path of the module whose `catalog` declares the nodes. */
  readonly catalogModule: string;
  readonly engine: WorkerEngine;
};

/** What networks run on in a worker process, and how much memory they may take. */
export type WorkerEngine = {
  /** Of the machine's memory. */
  readonly budgetBytes: number;
  /** Of an accelerator's memory; what its driver tells where absent. */
  readonly deviceBudgetBytes?: number | undefined;
  readonly device: DeviceChoice;
  /** Where the outcome of trying devices is kept. */
  readonly devicesFile: string;
};

export type TaskInput =
  | { readonly kind: 'value'; readonly value: FieldValue }
  | { readonly kind: 'file'; readonly file: FileRef }
  | { readonly kind: 'link'; readonly key: string; readonly output: string };

/** Where a worker finds a node's outputs: with the message as JSON (see encodeValue), in its own memory, or in a file. */
export type ValueSource =
  | { readonly key: string; readonly at: 'message'; readonly json: string }
  | { readonly key: string; readonly at: 'memory' }
  | { readonly key: string; readonly at: 'file'; readonly path: string };

/** Where the files go that a node saves; only tasks of output nodes have it. */
export type OutputTarget = {
  readonly folders: { readonly output: string; readonly temp: string };
  /** The workflow's JSON text, put into each file. */
  readonly workflow: string;
};

export type WorkerTask = {
  /** The content key of the result. */
  readonly key: string;
  readonly node: string;
  readonly nodeType: string;
  readonly inputs: Readonly<Record<string, TaskInput>>;
  readonly sources: readonly ValueSource[];
  /** Files named inside text fields. */
  readonly mentions: readonly { readonly folder: FileFolder; readonly name: string; readonly file: FileRef }[];
  /** All files of the run, for recipes that were made when a file lay elsewhere. */
  readonly files: readonly FileRef[];
  readonly output?: OutputTarget;
  readonly previews: boolean;
  /** Where to write the result, and when: always if another process takes it, if it is dear, or only on request. */
  readonly keep: { readonly path: string; readonly when: 'always' | 'dear' | 'never' };
};

type OutputInfo = {
  readonly type: SocketType;
  /** For each value of the output (one unless it is a list): the shape of its tensor, if it has one. */
  readonly shapes: readonly (readonly number[] | null)[];
};

export type ValueInfo = {
  readonly outputs: Readonly<Record<string, OutputInfo>>;
  readonly bytes: number;
  /** All outputs as JSON, where they are small and without tensors; the worker does not keep those. */
  readonly json?: string;
  /** What the node shows of it in numbers; absent where it shows none. */
  readonly tables?: readonly ResultTable[];
};

/** A file that a node saved, as it was right after it was written: if size or time differ, it is another one. */
export type SavedFile = {
  readonly path: string;
  readonly folder: 'output' | 'temp';
  readonly size: number;
  readonly mtimeMs: number;
} & ({ readonly kind: 'picture'; readonly width: number; readonly height: number } | { readonly kind: 'checkpoint' });

export type TaskResult =
  | {
      readonly status: 'done';
      readonly ms: number;
      /** The execution provider that it ran on; `cpu` for what needs no model. */
      readonly device: string;
      readonly value: ValueInfo;
      readonly saved: readonly SavedFile[];
      /** The size of the file that was written, if one was. */
      readonly fileBytes?: number;
    }
  | { readonly status: 'failed'; readonly problem: Problem }
  | { readonly status: 'cancelled' }
  /** Values that are not where the host believed them to be, or whose file is damaged. */
  | { readonly status: 'missing'; readonly keys: readonly string[] };

export type ToWorker =
  | { readonly type: 'run'; readonly task: WorkerTask }
  | { readonly type: 'cancel' }
  | { readonly type: 'store'; readonly key: string; readonly path: string }
  | { readonly type: 'drop'; readonly keys: readonly string[] };

/** `memoryBytes`: the memory that the process has at that moment. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly value: number; readonly max: number; readonly memoryBytes: number }
  | { readonly type: 'preview'; readonly jpeg: Uint8Array }
  /** A sentence on where networks run, and why not elsewhere. */
  | { readonly type: 'notice'; readonly text: string }
  /** `loaded`: the keys of values that the task brought into the worker's memory. */
  | { readonly type: 'result'; readonly result: TaskResult; readonly loaded: readonly string[]; readonly memoryBytes: number }
  | { readonly type: 'stored'; readonly key: string; readonly outcome: StoreOutcome };

export type StoreOutcome =
  | { readonly status: 'stored'; readonly fileBytes: number }
  /** The worker does not have the value. */
  | { readonly status: 'missing' }
  | { readonly status: 'failed'; readonly reason: string };
