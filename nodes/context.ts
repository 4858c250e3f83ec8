import type { CheckpointTensor, DiffusionEngine } from './diffusion/engine.ts';
import type { Tensor } from './diffusion/tensor.ts';
import type { ResultTable } from './result-table.ts';
import type { FileFolder, FileRef } from './types.ts';

/** A picture file that a node left behind. */
export type PictureRef = {
  /** The absolute path. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
};

/** A checkpoint to be written. */
export type NewCheckpoint = {
  readonly prefix: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** One is read at a time. */
  readonly tensors: readonly CheckpointTensor[];
};

/** What a node may use while it runs. */
export type NodeContext = {
  /** Aborted when the run is cancelled; long loops look at it between steps. */
  readonly signal: AbortSignal;
  /**
   * Reports that `value` of `max` steps are done; throws CancelledError once the run has been cancelled.
   * `preview` makes a small picture ([1, H, W, 3], 0..1) of the state so far; it is called only if somebody watches.
   */
  progress(value: number, max: number, preview?: () => Promise<Tensor> | Tensor): void;
  /** Text encoders, U-Nets and VAEs. Loads on demand, on the process's device. */
  readonly engine: DiffusionEngine;
  /** A file that one of the node's text fields names (see `filesIn`); undefined if there is none. */
  file(folder: FileFolder, name: string): FileRef | undefined;
  /** Writes a PNG, whole or not at all, with the workflow inside it, under the next free name of `prefix`. */
  savePicture(picture: { png: Uint8Array; prefix: string; folder: 'output' | 'temp'; width: number; height: number }): Promise<PictureRef>;
  /**
   * Writes a .safetensors file of float16 tensors into the output folder, whole or not at all, with the workflow in its metadata, under
   * the next free name of `prefix`. Reports progress, and throws a CancelledError once the run has been cancelled.
   */
  saveCheckpoint(checkpoint: NewCheckpoint): Promise<void>;
  /** Shows a table in the node's card; it is kept with the result, so that a cached node shows it too. */
  showTable(table: ResultTable): void;
};
