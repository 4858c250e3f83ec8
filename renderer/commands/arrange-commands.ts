import i18next from 'i18next';
import { resizeGroups } from '../../workflows/edits/frames.ts';
import { aligned, distributed, type Edge, place } from '../../workflows/edits/place.ts';
import { focus } from '../../workflows/scope.ts';
import { autoLayout } from '../layout/layout.ts';
import { canvasPort } from '../state/canvas-port.ts';
import { activeTab, edit } from '../state/editor.ts';
import { notify } from '../ui/toast.tsx';
import type { Command } from './command.ts';
import { hasTab, hasThreeSelected, hasTwoSelected } from './state-tests.ts';

function selectedBoxes() {
  return canvasPort()?.boxes(activeTab()?.selection ?? []) ?? new Map();
}

function align(edge: Edge): void {
  const positions = aligned(selectedBoxes(), edge);
  edit('edits.align', (workflow) => place(workflow, positions));
}

function distribute(axis: 'x' | 'y'): void {
  const positions = distributed(selectedBoxes(), axis);
  edit('edits.distribute', (workflow) => place(workflow, positions));
}

/** Lays out the selected nodes, or all where fewer than two are selected. */
async function layOut(): Promise<void> {
  const tab = activeTab();
  const port = canvasPort();
  if (tab === undefined || port === undefined) return;
  const some = tab.selection.size > 1;
  const boxes = port.boxes();
  try {
    const laid = await autoLayout(focus(tab.workflow, tab.scope), boxes, some ? tab.selection : new Set(boxes.keys()));
    // What was laid out is the graph of then; another tab may be shown by now.
    if (activeTab()?.id !== tab.id || activeTab()?.scope !== tab.scope) return;
    edit('edits.layout', (workflow) => resizeGroups(place(workflow, laid), laid));
    port.fit(some ? [...tab.selection] : undefined);
  } catch {
    notify({ text: i18next.t('commands.layoutFailed'), more: i18next.t('commands.layoutFailedMore'), kind: 'problem' });
  }
}

const edges: readonly (readonly [Edge, string])[] = [
  ['left', 'commands.alignLeft'],
  ['centre', 'commands.alignCentre'],
  ['right', 'commands.alignRight'],
  ['top', 'commands.alignTop'],
  ['middle', 'commands.alignMiddle'],
  ['bottom', 'commands.alignBottom'],
];

export const arrangeCommands: readonly Command[] = [
  { id: 'auto-layout', group: 'arrange', title: 'commands.autoLayout', keys: ['Mod+Shift+L'], when: hasTab, run: () => void layOut() },
  ...edges.map(
    ([edge, title]): Command => ({ id: `align-${edge}`, group: 'arrange', title, when: hasTwoSelected, run: () => align(edge) }),
  ),
  {
    id: 'distribute-across',
    group: 'arrange',
    title: 'commands.distributeAcross',
    when: hasThreeSelected,
    run: () => distribute('x'),
  },
  { id: 'distribute-down', group: 'arrange', title: 'commands.distributeDown', when: hasThreeSelected, run: () => distribute('y') },
];
