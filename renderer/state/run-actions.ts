import i18next from 'i18next';
import type { Problem } from '../../nodes/problem.ts';
import { advanceSeeds } from '../../workflows/seeds.ts';
import { bridge } from './bridge.ts';
import { activeTab, amend, findTab, useEditor } from './editor.ts';
import type { Outcome } from './files.ts';
import { problemsOf, showProblems } from './problems.ts';
import { randomId } from './random-id.ts';
import { isOpen, readRuns, useRuns } from './runs.ts';
import type { TabState } from './tab.ts';
import { workflowText } from './workflow-text.ts';

export type RunOptions = {
  /** How often; seeds move on between as their fields say. Once where absent. */
  readonly times?: number;
  /** Nodes of the shown graph to run up to; everything where absent. */
  readonly wanted?: readonly string[];
  /** Before what waits already. */
  readonly front?: boolean;
};

function offline(): Problem {
  return { what: i18next.t('connection.none'), fix: i18next.t('connection.noneMore') };
}

/**
 * Queues runs of the shown workflow as it is now: later edits don't change them. The seeds that the fields show are the
 * seeds that are used; once they are queued, the fields move on to the next run's.
 */
export async function run({ times = 1, wanted, front = false }: RunOptions = {}): Promise<Outcome> {
  const tab = activeTab();
  if (tab === undefined) return { ok: true };
  const problems = bridge.connection.getState() === 'connected' ? checkBeforeRun(tab, wanted) : [offline()];
  if (problems.length > 0) return { ok: false, problems };
  const paths = wanted?.map((id) => [...tab.scope, id].join('/'));
  for (let count = 0; count < times; count++) {
    const outcome = await queue(tab.id, paths, front);
    if (!outcome.ok) return outcome;
  }
  if (front) await readRuns();
  return { ok: true };
}

/** All that is wrong, which is shown as well; with wanted nodes the host knows better which of it matters. */
function checkBeforeRun(tab: TabState, wanted: readonly string[] | undefined): readonly Problem[] {
  const problems = problemsOf(tab);
  showProblems(tab, problems);
  return wanted === undefined ? problems : [];
}

async function queue(id: string, wanted: readonly string[] | undefined, front: boolean): Promise<Outcome> {
  const tab = findTab(id);
  if (tab === undefined) return { ok: true };
  const answer = bridge.call('runs.add', {
    tab: id,
    title: tab.title,
    text: workflowText(tab.workflow),
    ...(wanted !== undefined && { wanted: [...wanted] }),
    front,
    request: randomId(),
  });
  amend(id, advanceSeeds);
  const answered = await answer;
  return answered.ok ? { ok: true } : answered;
}

/** Stops the shown workflow's run, or else its first one that waits. */
export async function stop(): Promise<Outcome> {
  const tab = useEditor.getState().active;
  const [first] = useRuns.getState().runs.filter((one) => isOpen(one) && one.tab === tab);
  return first === undefined ? { ok: true } : cancelRun(first.id);
}

/** Stops a run, or takes it out of the queue. */
export async function cancelRun(id: string): Promise<Outcome> {
  const answer = await bridge.call('runs.cancel', { id });
  return answer.ok ? { ok: true } : answer;
}

/** Stops what runs and empties the queue. */
export async function stopAll(): Promise<Outcome> {
  const answer = await bridge.call('runs.cancelAll', {});
  return answer.ok ? { ok: true } : answer;
}

/** Milliseconds without an edit after which "run on every change" runs. */
const runAfter = 600;

/**
 * Runs the shown workflow after each pause in editing, if it can run: of an earlier run of this kind that still waits,
 * nothing is left. Seeds that move on don't count as edits. Returns what ends that.
 */
export function startRunningOnChange(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before = activeTab();
  const follow = () => {
    const tab = activeTab();
    const isEdit = tab !== undefined && tab.id === before?.id && (tab.past !== before.past || tab.future !== before.future);
    const isTyping = tab?.open !== before?.open && tab?.id === before?.id;
    before = tab;
    if (!isEdit && !isTyping) return;
    clearTimeout(timer);
    timer = setTimeout(() => void runIfValid(), runAfter);
  };
  const stopFollowing = useEditor.subscribe(follow);
  return () => {
    clearTimeout(timer);
    stopFollowing();
  };
}

async function runIfValid(): Promise<void> {
  const tab = activeTab();
  if (tab === undefined || problemsOf(tab).length > 0) return;
  const waiting = useRuns.getState().runs.filter((one) => one.tab === tab.id && one.state === 'waiting');
  for (const { id } of waiting) await cancelRun(id);
  await run();
}
