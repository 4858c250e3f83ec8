import type { Problem } from '../../nodes/problem.ts';
import type { TaskOutcome } from '../workers/supervisor.ts';
import type { PreparedNode } from './prepare.ts';

/** The node whose process ended under it. */
export function endedProblem({ id, definition }: PreparedNode, { exit, began }: Extract<TaskOutcome, { status: 'ended' }>): Problem {
  const how = exit.signal === null ? `with exit code ${exit.code ?? 'unknown'}` : `by the signal ${exit.signal}`;
  if (!began) {
    return {
      node: id,
      what: `${definition.title} could not run: its worker process ended ${how} before it was ready.`,
      fix: 'Run again; if that does not help, install Weft again: some of its files may be missing or damaged.',
    };
  }
  return {
    node: id,
    what: `${definition.title} was interrupted: its worker process was ended ${how} in the middle of the work.`,
    fix:
      exit.signal === 'SIGKILL'
        ? 'Usually the system ends a process so when memory runs out: close other programs or make the picture or the batch smaller, then run again.'
        : 'Run again; a new process is started for it. If it ends again, make the picture or the batch smaller.',
  };
}

/** A task that found its inputs gone again and again. */
export function lostTooOftenProblem({ id, definition }: PreparedNode): Problem {
  return {
    node: id,
    what: `${definition.title} could not run: what it takes was made several times, but could not be read back.`,
    fix: 'Check that the disk of the data folder has space left and works properly, then run again.',
  };
}
