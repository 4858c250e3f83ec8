import i18next from 'i18next';
import { addGroup, addNote, groupMembers } from '../../workflows/edits/frames.ts';
import { setCollapsed, setMode } from '../../workflows/edits/nodes.ts';
import type { Workflow, WorkflowNode } from '../../workflows/schema.ts';
import { canvasPort } from '../state/canvas-port.ts';
import { activeTab, edit, select } from '../state/editor.ts';
import { shownGraph } from '../state/shown.ts';
import type { Command } from './command.ts';
import { hasSelection, hasTab } from './state-tests.ts';

/** The selected nodes, with those in selected groups. */
function selectedNodes(): readonly (readonly [string, WorkflowNode])[] {
  const nodes = shownGraph()?.nodes ?? {};
  const selected = activeTab()?.selection ?? new Set<string>();
  const boxes = canvasPort()?.boxes() ?? new Map();
  const meant = new Set([...selected].flatMap((id) => (Object.hasOwn(nodes, id) ? [id] : groupMembers(boxes, id))));
  return Object.entries(nodes).filter(([id]) => meant.has(id));
}

/** Sets a mode on all, or takes it off where all have it. */
function toggleMode(label: string, mode: 'muted' | 'bypassed'): void {
  const nodes = selectedNodes();
  const on = nodes.every(([, node]) => node.mode === mode);
  const ids = nodes.map(([id]) => id);
  edit(label, (workflow) => setMode(workflow, ids, on ? 'active' : mode));
}

function toggleCollapsed(): void {
  const nodes = selectedNodes();
  const on = nodes.every(([, node]) => node.collapsed === true);
  const ids = nodes.map(([id]) => id);
  edit('edits.collapse', (workflow) => setCollapsed(workflow, ids, !on));
}

function addAndSelect(label: string, add: (workflow: Workflow) => { workflow: Workflow; id: string }): string {
  let added = '';
  edit(label, (workflow) => {
    const { workflow: changed, id } = add(workflow);
    added = id;
    return changed;
  });
  select([added]);
  return added;
}

function groupSelection(): void {
  const boxes = canvasPort()?.boxes(activeTab()?.selection ?? []) ?? new Map();
  const at = canvasPort()?.place() ?? { x: 0, y: 0 };
  const title = i18next.t('commands.newGroupTitle');
  const id = addAndSelect('edits.group', (workflow) => addGroup(workflow, title, boxes, { ...at, width: 320, height: 200 }));
  canvasPort()?.rename(id);
}

function addNoteHere(): void {
  const id = addAndSelect('edits.note', (workflow) => addNote(workflow, '', canvasPort()?.place() ?? { x: 0, y: 0 }));
  canvasPort()?.rename(id);
}

function renameSelected(): void {
  const [id] = activeTab()?.selection ?? [];
  if (id !== undefined) canvasPort()?.rename(id);
}

export const nodeCommands: readonly Command[] = [
  {
    id: 'add-node',
    group: 'node',
    title: 'commands.addNode',
    keys: ['Space'],
    when: hasTab,
    run: () => canvasPort()?.openSearch(),
  },
  { id: 'add-note', group: 'node', title: 'commands.addNote', when: hasTab, run: addNoteHere },
  { id: 'rename', group: 'node', title: 'commands.rename', keys: ['F2'], when: hasSelection, run: renameSelected },
  {
    id: 'mute',
    group: 'node',
    title: 'commands.mute',
    keys: ['Mod+M'],
    when: hasSelection,
    run: () => toggleMode('edits.mute', 'muted'),
  },
  {
    id: 'bypass',
    group: 'node',
    title: 'commands.bypass',
    keys: ['Mod+B'],
    when: hasSelection,
    run: () => toggleMode('edits.bypass', 'bypassed'),
  },
  { id: 'collapse', group: 'node', title: 'commands.collapse', keys: ['Alt+C'], when: hasSelection, run: toggleCollapsed },
  { id: 'group', group: 'node', title: 'commands.group', keys: ['Mod+G'], when: hasTab, run: groupSelection },
];
