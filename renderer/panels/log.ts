import { create } from 'zustand';
import type { Run } from '../../electron/bridge/contract.ts';
import { bridge } from '../state/bridge.ts';

/** Something that happened. */
export type LogEntry = {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly title: string;
  readonly state: Run['state'];
  readonly ms?: number;
  readonly problems: readonly string[];
};

const mostEntries = 500;

/** What has happened since the page was opened, newest first. */
export const useLog = create<{ readonly entries: readonly LogEntry[] }>()(() => ({ entries: [] }));

/** Writes down what becomes of runs from now on. */
export function startLog(): void {
  const states = new Map<string, Run['state']>();
  let next = 0;
  bridge.on('run.changed', ({ run }) => {
    if (states.get(run.id) === run.state) return;
    states.set(run.id, run.state);
    const took = run.startedAt !== null && run.endedAt !== null ? { ms: run.endedAt - run.startedAt } : {};
    const problems = run.problems.map(({ what }) => what);
    const entry: LogEntry = { id: next++, time: Date.now(), title: run.title, state: run.state, problems, ...took };
    useLog.setState(({ entries }) => ({ entries: [entry, ...entries].slice(0, mostEntries) }));
  });
}
