import i18next from 'i18next';
import { create } from 'zustand';
import type { Run } from '../../electron/bridge/contract.ts';
import { bridge } from '../state/bridge.ts';
import { randomId } from '../state/random-id.ts';
import { notify, notifyProblems } from '../ui/toast.tsx';

/** Queues the workflow of a run once more, as it was then. */
export async function runAgain({ id, tab, title }: Run): Promise<void> {
  const workflow = await bridge.call('runs.workflow', { id });
  const answer = workflow.ok
    ? await bridge.call('runs.add', { tab, title, text: workflow.value.text, front: false, request: randomId() })
    : workflow;
  if (!answer.ok) notifyProblems(answer.problems);
}

/** Runs that are about to be removed: they are hidden, and can still come back. */
export const useHiddenRuns = create<{ readonly ids: ReadonlySet<string> }>()(() => ({ ids: new Set() }));

/** Milliseconds for which a removal can be taken back: as long as the notice stays. */
const undoFor = 10_000;

/** Takes a run out of the history; for a while it can be taken back. */
export function removeWithUndo({ id, title }: Run): void {
  useHiddenRuns.setState(({ ids }) => ({ ids: new Set([...ids, id]) }));
  const timer = setTimeout(() => void remove(id), undoFor);
  notify({
    text: i18next.t('queue.removed', { title: title || i18next.t('app.untitled') }),
    action: {
      label: i18next.t('common.undo'),
      run: () => {
        clearTimeout(timer);
        show(id);
      },
    },
  });
}

async function remove(id: string): Promise<void> {
  const answer = await bridge.call('runs.remove', { ids: [id] });
  if (answer.ok) return;
  show(id);
  notifyProblems(answer.problems);
}

function show(id: string): void {
  useHiddenRuns.setState(({ ids }) => ({ ids: new Set([...ids].filter((one) => one !== id)) }));
}
