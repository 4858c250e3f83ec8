import { showDrawer } from '../app/ui.ts';
import { changeSettings, useSettings } from '../settings/settings.ts';
import { activeTab } from '../state/editor.ts';
import { type RunOptions, run, stop, stopAll } from '../state/run-actions.ts';
import { isOpen, useRuns } from '../state/runs.ts';
import { notifyProblems } from '../ui/toast.tsx';
import type { Command } from './command.ts';
import { report } from './file-commands.ts';
import { hasSelection, hasTab } from './state-tests.ts';

/** Runs the shown workflow; what keeps it from running is shown with buttons that go there. */
export async function runAndReport(options?: RunOptions): Promise<void> {
  const outcome = await run(options);
  if (outcome.ok) return;
  if (outcome.problems.some(({ node }) => node !== undefined)) showDrawer('problems');
  else notifyProblems(outcome.problems);
}

export const runCommands: readonly Command[] = [
  {
    id: 'run',
    group: 'run',
    title: 'commands.run',
    keys: ['Mod+Enter'],
    whileTyping: true,
    when: hasTab,
    run: () => void runAndReport(),
  },
  {
    id: 'run-first',
    group: 'run',
    title: 'commands.runFirst',
    keys: ['Mod+Shift+Enter'],
    whileTyping: true,
    when: hasTab,
    run: () => void runAndReport({ front: true }),
  },
  {
    id: 'run-to-selected',
    group: 'run',
    title: 'commands.runToSelected',
    keys: ['Alt+Enter'],
    when: hasSelection,
    run: () => void runAndReport({ wanted: [...(activeTab()?.selection ?? [])] }),
  },
  {
    id: 'run-on-change',
    group: 'run',
    title: 'settings.runOnChange',
    checked: () => useSettings.getState().runOnChange,
    run: () => void changeSettings({ runOnChange: !useSettings.getState().runOnChange }),
  },
  {
    id: 'stop',
    group: 'run',
    title: 'commands.stop',
    keys: ['Mod+.'],
    whileTyping: true,
    when: ({ active }) => useRuns.getState().runs.some((one) => isOpen(one) && one.tab === active),
    run: () => void report(stop()),
  },
  {
    id: 'stop-all',
    group: 'run',
    title: 'commands.stopAll',
    keys: ['Mod+Shift+.'],
    whileTyping: true,
    when: () => useRuns.getState().runs.some(isOpen),
    run: () => void report(stopAll()),
  },
];
