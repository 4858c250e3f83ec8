import { activeTab, redo, select, undo } from '../state/editor.ts';
import { shownGraph } from '../state/shown.ts';
import { copySelection, cutSelection, duplicateSelection, pasteClipboard, removeSelection } from './clipboard.ts';
import type { Command } from './command.ts';
import { hasSelection, hasTab } from './state-tests.ts';

function selectAll(): void {
  const graph = shownGraph();
  if (graph === undefined) return;
  const frames = [...(graph.groups ?? []), ...(graph.notes ?? [])].flatMap(({ id }) => id ?? []);
  select([...Object.keys(graph.nodes), ...frames]);
}

function invertSelection(): void {
  const selected = activeTab()?.selection ?? new Set();
  select(Object.keys(shownGraph()?.nodes ?? {}).filter((id) => !selected.has(id)));
}

export const editCommands: readonly Command[] = [
  {
    id: 'undo',
    group: 'edit',
    title: 'commands.undo',
    keys: ['Mod+Z'],
    when: (state) => (activeTab(state)?.past.length ?? 0) > 0,
    run: undo,
  },
  {
    id: 'redo',
    group: 'edit',
    title: 'commands.redo',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: (state) => (activeTab(state)?.future.length ?? 0) > 0,
    run: redo,
  },
  {
    id: 'cut',
    group: 'edit',
    title: 'commands.cut',
    keys: ['Mod+X'],
    keysBelongTo: 'browser',
    when: hasSelection,
    run: cutSelection,
  },
  {
    id: 'copy',
    group: 'edit',
    title: 'commands.copy',
    keys: ['Mod+C'],
    keysBelongTo: 'browser',
    when: hasSelection,
    run: copySelection,
  },
  {
    id: 'paste',
    group: 'edit',
    title: 'commands.paste',
    keys: ['Mod+V'],
    keysBelongTo: 'browser',
    when: hasTab,
    run: () => void pasteClipboard('inside'),
  },
  {
    id: 'paste-with-links',
    group: 'edit',
    title: 'commands.pasteWithLinks',
    keys: ['Mod+Shift+V'],
    when: hasTab,
    run: () => void pasteClipboard('outside'),
  },
  { id: 'duplicate', group: 'edit', title: 'commands.duplicate', keys: ['Mod+D'], when: hasSelection, run: duplicateSelection },
  {
    id: 'delete',
    group: 'edit',
    title: 'commands.delete',
    keys: ['Delete', 'Backspace'],
    when: hasSelection,
    run: () => removeSelection(),
  },
  {
    id: 'delete-keeping-links',
    group: 'edit',
    title: 'commands.deleteKeepingLinks',
    keys: ['Mod+Delete', 'Mod+Backspace'],
    when: hasSelection,
    run: () => removeSelection(true),
  },
  { id: 'select-all', group: 'select', title: 'commands.selectAll', keys: ['Mod+A'], when: hasTab, run: selectAll },
  { id: 'select-none', group: 'select', title: 'commands.selectNone', keys: ['Escape'], when: hasSelection, run: () => select([]) },
  { id: 'invert-selection', group: 'select', title: 'commands.invertSelection', when: hasTab, run: invertSelection },
];
