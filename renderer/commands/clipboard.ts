import { copyFragment, fragmentText, parseFragment, paste } from '../../workflows/edits/fragment.ts';
import { removeFrames } from '../../workflows/edits/frames.ts';
import { removeNodes } from '../../workflows/edits/nodes.ts';
import { hullOf } from '../../workflows/edits/place.ts';
import type { Position, Workflow } from '../../workflows/schema.ts';
import { focus } from '../../workflows/scope.ts';
import { canvasPort } from '../state/canvas-port.ts';
import { activeTab, edit, select, useEditor } from '../state/editor.ts';
import { writeClipboard } from '../ui/write-clipboard.ts';

/** What was copied last, for browsers that don't let pages read the clipboard. */
let lastCopied: string | undefined;

function selection(): ReadonlySet<string> {
  return activeTab()?.selection ?? new Set();
}

/** The text of what is selected; undefined where nothing is. */
export function selectionText(): string | undefined {
  const tab = activeTab();
  if (tab === undefined || tab.selection.size === 0) return undefined;
  lastCopied = fragmentText(copyFragment(focus(tab.workflow, tab.scope), tab.selection));
  return lastCopied;
}

export function copySelection(): void {
  const text = selectionText();
  if (text !== undefined) void writeClipboard(text);
}

export function removeSelection(heal = false): void {
  const ids = selection();
  const { catalog } = useEditor.getState();
  edit('edits.delete', (workflow) => removeFrames(removeNodes(workflow, ids, heal ? catalog : undefined), ids));
}

export function cutSelection(): void {
  copySelection();
  removeSelection();
}

/** Pastes what the clipboard holds, as far as the page may read it. */
export async function pasteClipboard(links: 'inside' | 'outside'): Promise<void> {
  const text = (await navigator.clipboard?.readText().catch(() => undefined)) ?? lastCopied;
  const fragment = text === undefined ? undefined : parseFragment(text);
  if (fragment !== undefined) pasteFragment(fragment, links);
}

/** Puts a fragment below the pointer and selects it. */
export function pasteFragment(fragment: Workflow, links: 'inside' | 'outside'): void {
  const target = canvasPort()?.place() ?? { x: 0, y: 0 };
  addFragment('edits.paste', fragment, offsetTo(fragment, target), links);
}

/** How far a fragment has to move so that its top left corner lies at a point. */
function offsetTo(fragment: Workflow, { x, y }: Position): Position {
  const things = [...Object.values(fragment.nodes), ...(fragment.groups ?? []), ...(fragment.notes ?? [])];
  const hull = hullOf(things.map(({ position }) => ({ x: position?.x ?? 0, y: position?.y ?? 0, width: 0, height: 0 })));
  return { x: Math.round(x - (hull?.x ?? 0)), y: Math.round(y - (hull?.y ?? 0)) };
}

export function duplicateSelection(): void {
  const tab = activeTab();
  if (tab === undefined || tab.selection.size === 0) return;
  addFragment('edits.duplicate', copyFragment(focus(tab.workflow, tab.scope), tab.selection), { x: 32, y: 32 }, 'outside');
}

function addFragment(label: string, fragment: Workflow, offset: Position, links: 'inside' | 'outside'): void {
  let added: ReadonlySet<string> = new Set();
  edit(label, (workflow) => {
    const pasted = paste(workflow, fragment, { offset, links });
    added = pasted.ids;
    return pasted.workflow;
  });
  select(added);
}
