import { create } from 'zustand';
import type { Run } from '../../electron/bridge/contract.ts';
import { bridge } from '../state/bridge.ts';
import { useRuns } from '../state/runs.ts';

/** What became of a run, or what the host had to say of how it runs. */
type Happening =
  | { readonly kind: 'run'; readonly state: Run['state']; readonly ms?: number; readonly problems: readonly string[] }
  | { readonly kind: 'notice'; readonly text: string };

/** Something that happened to a run, with the run's title. */
export type LogEntry = {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly title: string;
  readonly what: Happening;
};

const mostEntries = 500;

/** What has happened since the page was opened, newest first. */
export const useLog = create<{ readonly entries: readonly LogEntry[] }>()(() => ({ entries: [] }));

let next = 0;

function write(title: string, what: Happening): void {
  const entry = { id: next++, time: Date.now(), title, what };
  useLog.setState(({ entries }) => ({ entries: [entry, ...entries].slice(0, mostEntries) }));
}

/** Writes down what becomes of runs from now on. */
export function startLog(): void {
  const states = new Map<string, Run['state']>();
  bridge.on('run.changed', ({ run }) => {
    if (states.get(run.id) === run.state) return;
    states.set(run.id, run.state);
    const took = run.startedAt !== null && run.endedAt !== null ? { ms: run.endedAt - run.startedAt } : {};
    write(run.title, { kind: 'run', state: run.state, problems: run.problems.map(({ what }) => what), ...took });
  });
  bridge.on('run.notice', ({ run, text }) => {
    const title = useRuns.getState().runs.find(({ id }) => id === run)?.title ?? '';
    write(title, { kind: 'notice', text });
  });
}
