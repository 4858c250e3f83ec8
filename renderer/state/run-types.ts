import type { EventData, Picture, ResultTable } from '../../electron/bridge/contract.ts';
import type { Problem } from '../../nodes/problem.ts';

/** What a node does in the run that its tab saw last. */
export type NodeRun = {
  readonly state: 'idle' | 'waiting' | 'running' | 'cached' | 'done' | 'failed';
  /** Steps done and steps there are, or were; both 0 where the node tells none. */
  readonly value: number;
  readonly max: number;
  /** Until the node is done, from the pace of its steps so far; undefined before the second step. */
  readonly secondsLeft?: number;
  /** The step from which the pace is measured, and when it was. */
  readonly paceFrom?: { readonly at: number; readonly value: number };
  /** How long it took. */
  readonly ms?: number;
  /** What it samples looks like so far; an address for an img element. */
  readonly previewUrl?: string;
  /** What it left behind when it last ran; kept while it runs again. */
  readonly pictures: readonly Picture[];
  /** What it showed in numbers when it last ran. */
  readonly tables: readonly ResultTable[];
  /** What its seed fields held in that run, by their names, as decimal digits. */
  readonly seeds?: Readonly<Record<string, string>>;
  /** Where it ran, and how much memory that took; absent for what came from the cache. */
  readonly effort?: EventData<'node.done'>['effort'];
  readonly problem?: Problem;
  /** The node inside that runs, where the node stands for a subgraph. */
  readonly inside?: string;
};

export const idle: NodeRun = { state: 'idle', value: 0, max: 0, pictures: [], tables: [] };
