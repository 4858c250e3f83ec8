import { create } from 'zustand';
import type { EventData } from '../../electron/bridge/contract.ts';
import type { Problem } from '../../nodes/problem.ts';
import { type FileFolder, fileFolders } from '../../nodes/types.ts';
import { bridge } from './bridge.ts';
import { useEditor } from './editor.ts';
import { openTab, openTemplate, openText } from './files.ts';
import { startChecking } from './problems.ts';
import { followRuns, readRuns } from './runs.ts';
import { restoreSession, startKeeping } from './session.ts';

/** How far the page has come with starting; `problems`: why the host could not tell what is needed. */
export type Start = { readonly state: 'starting' | 'ready'; readonly problems: readonly Problem[] };

export const useStart = create<Start>()(() => ({ state: 'starting', problems: [] }));

const firstTemplate = 'text-to-image';

async function readCatalog(): Promise<readonly Problem[]> {
  const answer = await bridge.call('nodes.list', {});
  if (!answer.ok) return answer.problems;
  useEditor.setState({ catalog: new Map(answer.value.map((node) => [node.type, node])) });
  return [];
}

/** Asks for the names of the files in folders. */
async function readFiles(folders: readonly FileFolder[] = fileFolders): Promise<void> {
  const answers = await Promise.all(folders.map((folder) => bridge.call('files.list', { folder })));
  const told = folders.flatMap((folder, index) => {
    const answer = answers[index];
    return answer.ok ? [[folder, answer.value] as const] : [];
  });
  useEditor.setState(({ files }) => ({ files: { ...files, ...Object.fromEntries(told) } }));
}

/** Opens what was open, else what a first start shows. */
async function restore(): Promise<readonly Problem[]> {
  const problems = await restoreSession();
  if (useEditor.getState().tabs.length > 0) return problems;
  const opened = await openTemplate(firstTemplate);
  if (!opened.ok) openTab('');
  return problems;
}

/** Opens what the person opened from outside. */
function openHanded({ title, text }: EventData<'workflow.handed'>): void {
  const opened = openText(title, text, { unsaved: true });
  if (!opened.ok) useStart.setState({ problems: opened.problems });
}

/** Fills the stores and follows the host from now on; called once. Resolves when there is something to show. */
export async function startState(): Promise<void> {
  followRuns();
  bridge.on('files.changed', () => void readFiles());
  const restored = restore();
  // Not before the tabs that were open: what was opened last is shown.
  bridge.on('workflow.handed', (handed) => void restored.then(() => openHanded(handed)));
  const [catalogProblems, sessionProblems] = await Promise.all([readCatalog(), restored, readFiles(), readRuns()]);
  const keeper = startKeeping();
  startChecking();
  bridge.connection.subscribe((connection) => {
    // The host may be another one than before.
    if (connection === 'connected') void Promise.all([readCatalog(), readFiles(), keeper.again()]);
  });
  useStart.setState({ state: 'ready', problems: [...catalogProblems, ...sessionProblems] });
}
