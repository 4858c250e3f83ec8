import i18next from 'i18next';
import { workflowExtension } from '../../workflows/file-extension.ts';
import { showDialog, showPanel, useUi } from '../app/ui.ts';
import { activeTab, type EditorState, moveTab, useEditor } from '../state/editor.ts';
import { canReopen, closeTab, type Outcome, openTab, reopenTab, saveTab, textOfTab } from '../state/files.ts';
import { notify, notifyProblems } from '../ui/toast.tsx';
import { writeClipboard } from '../ui/write-clipboard.ts';
import type { Command } from './command.ts';
import { openFiles } from './open-files.ts';
import { hasTab } from './state-tests.ts';

export function newWorkflow(): void {
  openTab(i18next.t('app.untitled'));
}

/** Says what became of something where it failed. */
export async function report(outcome: Promise<Outcome>, success?: string): Promise<void> {
  const result = await outcome;
  if (!result.ok) notifyProblems(result.problems);
  else if (success !== undefined) notify({ text: success });
}

function save(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  // A workflow without a file needs a name first.
  if (tab.file === null) showDialog('saveAs');
  else void report(saveTab(tab.id), i18next.t('commands.saved', { title: tab.title }));
}

/** Closes a tab; what is unsaved is not lost, since it can be brought back. */
export function closeWithUndo(id: string): void {
  const tab = useEditor.getState().tabs.find((one) => one.id === id);
  if (tab === undefined) return;
  closeTab(id);
  if (tab.unsaved) {
    const dismiss = notify({
      text: i18next.t('app.closed', { title: tab.title }),
      action: { label: i18next.t('commands.reopen'), run: () => reopen(id) },
    });
    closedNotices.set(id, dismiss);
  }
}

/** What takes away the notice that a tab is closed, by the tab's id. */
const closedNotices = new Map<string, () => void>();

/** Brings a closed tab back, the last one where none is named; that it is closed need not be said any more. */
function reopen(id?: string): void {
  const reopened = reopenTab(id) ?? '';
  closedNotices.get(reopened)?.();
  closedNotices.delete(reopened);
}

function chooseFiles(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = '.json,.png,.webp,.jpg,.jpeg';
  input.addEventListener('change', () => void openFiles([...(input.files ?? [])]));
  input.click();
}

function exportWorkflow(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const url = URL.createObjectURL(new Blob([textOfTab(tab)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${tab.title.replaceAll(/[\\/:*?"<>|]/g, '-')}${workflowExtension}`;
  link.click();
  // The browser has taken the address by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function copyAsText(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  void writeClipboard(textOfTab(tab)).then((done) =>
    notify(done ? { text: i18next.t('commands.copiedAsText') } : { text: i18next.t('commands.clipboardRefused'), kind: 'problem' }),
  );
}

function showVersions(): void {
  const tab = activeTab();
  if (tab?.file) useUi.setState({ versionsOf: { file: tab.file, title: tab.title } });
}

function showNextTab(step: 1 | -1): void {
  const { tabs, active } = useEditor.getState();
  const at = tabs.findIndex(({ id }) => id === active);
  const next = tabs.at((at + step) % tabs.length);
  if (next !== undefined) useEditor.setState({ active: next.id });
}

function placeOfActive({ tabs, active }: EditorState): number {
  return tabs.findIndex(({ id }) => id === active);
}

function moveActive(step: 1 | -1): void {
  const state = useEditor.getState();
  if (state.active !== undefined) moveTab(state.active, placeOfActive(state) + step);
}

export const fileCommands: readonly Command[] = [
  { id: 'new', group: 'file', title: 'commands.new', keys: ['Mod+Alt+N'], run: newWorkflow },
  { id: 'open', group: 'file', title: 'commands.open', keys: ['Mod+O'], whileTyping: true, run: () => showPanel('workflows') },
  { id: 'import', group: 'file', title: 'commands.import', keys: ['Mod+Shift+O'], run: chooseFiles },
  { id: 'save', group: 'file', title: 'commands.save', keys: ['Mod+S'], whileTyping: true, when: hasTab, run: save },
  {
    id: 'save-as',
    group: 'file',
    title: 'commands.saveAs',
    keys: ['Mod+Shift+S'],
    whileTyping: true,
    when: hasTab,
    run: () => showDialog('saveAs'),
  },
  { id: 'export', group: 'file', title: 'commands.export', when: hasTab, run: exportWorkflow },
  { id: 'copy-as-text', group: 'file', title: 'commands.copyAsText', when: hasTab, run: copyAsText },
  {
    id: 'versions',
    group: 'file',
    title: 'commands.versions',
    when: (state) => typeof activeTab(state)?.file === 'string',
    run: showVersions,
  },
  {
    id: 'rename-tab',
    group: 'file',
    title: 'commands.renameTab',
    keys: ['Shift+F2'],
    when: hasTab,
    run: () => useUi.setState({ renamingTab: useEditor.getState().active }),
  },
  {
    id: 'move-tab-left',
    group: 'file',
    title: 'commands.moveTabLeft',
    keys: ['Alt+Shift+PageUp'],
    when: (state) => placeOfActive(state) > 0,
    run: () => moveActive(-1),
  },
  {
    id: 'move-tab-right',
    group: 'file',
    title: 'commands.moveTabRight',
    keys: ['Alt+Shift+PageDown'],
    when: (state) => placeOfActive(state) < state.tabs.length - 1,
    run: () => moveActive(1),
  },
  {
    id: 'close',
    group: 'file',
    title: 'commands.close',
    keys: ['Alt+W'],
    when: hasTab,
    run: () => closeWithUndo(useEditor.getState().active ?? ''),
  },
  { id: 'reopen', group: 'file', title: 'commands.reopenClosed', keys: ['Alt+Shift+W'], when: canReopen, run: () => reopen() },
  {
    id: 'next-tab',
    group: 'file',
    title: 'commands.nextTab',
    keys: ['Alt+PageDown'],
    when: ({ tabs }) => tabs.length > 1,
    run: () => showNextTab(1),
  },
  {
    id: 'previous-tab',
    group: 'file',
    title: 'commands.previousTab',
    keys: ['Alt+PageUp'],
    when: ({ tabs }) => tabs.length > 1,
    run: () => showNextTab(-1),
  },
];
