import type { NodeDevice } from '../../nodes/define.ts';
import type { WorkerKind } from '../workers/protocol.ts';

/** A value that a task takes: its size, and the kinds of processes that hold it in memory. */
export type TakenValue = { readonly bytes: number; readonly heldBy: readonly WorkerKind[] };

/**
 * The kind of process that runs a task. One that may run anywhere runs where most of what it takes is; else on the
 * accelerator's process, unless only another one has been started: none is started for it alone.
 */
export function placeTask(device: NodeDevice, takes: readonly TakenValue[], started: ReadonlySet<WorkerKind>): WorkerKind {
  if (device !== 'any') return device;
  const accelerator = bytesOn('accelerator', takes);
  const cpu = bytesOn('cpu', takes);
  if (accelerator !== cpu) return accelerator > cpu ? 'accelerator' : 'cpu';
  return started.has('cpu') && !started.has('accelerator') ? 'cpu' : 'accelerator';
}

function bytesOn(kind: WorkerKind, takes: readonly TakenValue[]): number {
  return takes.reduce((sum, { bytes, heldBy }) => sum + (heldBy.includes(kind) ? bytes : 0), 0);
}
