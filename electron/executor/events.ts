import type { PictureRef } from '../../nodes/context.ts';
import type { Problem } from '../../nodes/problem.ts';
import type { ResultTable } from '../../nodes/result-table.ts';
import type { FileFolder, FileRef } from '../../nodes/types.ts';
import type { Graph } from '../../workflows/graph.ts';

/** How files that a workflow names are found; implemented by the library. */
export interface FileFinder {
  /** Finds and fingerprints a file; undefined if there is none of that name. */
  find(folder: FileFolder, name: string): Promise<FileRef | undefined>;
  /** The names of the files in a folder, to suggest similar ones where a name is not found. */
  list?(folder: FileFolder): Promise<readonly string[]>;
  /** Whether a model file bundles a textual inversion of that name. */
  bundles?(file: FileRef, embedding: string): Promise<boolean>;
}

export type RunRequest = {
  readonly graph: Graph;
  /** The ids of the nodes whose results are wanted; all output nodes where absent. */
  readonly wanted?: readonly string[];
  /** The workflow as JSON text, to be put into the pictures. */
  readonly workflow: string;
  /** Where SaveImage puts pictures; an absolute path. */
  readonly outputFolder: string;
  /** Whether somebody watches: previews of latents are made only then. */
  readonly previews: boolean;
  /** Aborting it cancels the run. */
  readonly signal: AbortSignal;
};

export type UsedSeed = { readonly node: string; readonly input: string; readonly seed: number | bigint };

/**
 * `device`: ONNX Runtime's execution provider, `cpu` for what needs no model. `memoryBytes`: the most memory that its process
 * was seen to have, at the node's steps and at its end.
 */
type Effort = { readonly device: string; readonly memoryBytes: number };

/** What nodes left behind in files. */
export type SavedFiles = {
  readonly pictures: readonly PictureRef[];
  /** Their absolute paths. */
  readonly checkpoints: readonly string[];
};

/** News of a run, in the order in which things happen. `key` is the content key of the node's result. */
export type RunEvent =
  /** `behind`: what lies behind cached values, and is not needed. `seeds`: what the seed fields of all nodes hold, those behind as well. */
  | {
      readonly type: 'planned';
      readonly run: readonly string[];
      readonly cached: readonly string[];
      readonly behind: readonly string[];
      readonly seeds: readonly UsedSeed[];
    }
  | { readonly type: 'started'; readonly node: string; readonly key: string }
  | { readonly type: 'progress'; readonly node: string; readonly key: string; readonly value: number; readonly max: number }
  /** `jpeg`: a picture of the latent so far, at most 512 pixels a side. */
  | { readonly type: 'preview'; readonly node: string; readonly key: string; readonly jpeg: Uint8Array }
  /** `text`: something that a person should know of how it runs, such as that a graphics card was too small. */
  | { readonly type: 'notice'; readonly node: string; readonly text: string }
  | (SavedFiles & {
      readonly type: 'done';
      readonly node: string;
      readonly key: string;
      readonly ms: number;
      readonly cached: boolean;
      /** What it shows in numbers; absent where it shows none. */
      readonly tables?: readonly ResultTable[];
      /** Where it ran and what it needed; absent for results that were there already. */
      readonly effort?: Effort;
    })
  | { readonly type: 'failed'; readonly node: string; readonly key: string; readonly problem: Problem };

export type NodeReport = { readonly ms: number; readonly cached: boolean; readonly tables?: readonly ResultTable[] };

/** With every file of the wanted nodes, saved now or before. */
type RunOutcome = SavedFiles & {
  /** By node id; nodes that were not needed are absent. */
  readonly nodes: Readonly<Record<string, NodeReport>>;
  readonly seconds: number;
};

export type RunResult =
  | (RunOutcome & { readonly status: 'done' })
  | (RunOutcome & { readonly status: 'failed'; readonly problems: readonly Problem[] })
  | (RunOutcome & { readonly status: 'cancelled' });
