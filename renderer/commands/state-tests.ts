import { activeTab, type EditorState } from '../state/editor.ts';

/** A workflow is shown. */
export function hasTab(state: EditorState): boolean {
  return activeTab(state) !== undefined;
}

export function hasSelection(state: EditorState): boolean {
  return selectedCount(state) > 0;
}

export function hasTwoSelected(state: EditorState): boolean {
  return selectedCount(state) > 1;
}

export function hasThreeSelected(state: EditorState): boolean {
  return selectedCount(state) > 2;
}

function selectedCount(state: EditorState): number {
  return activeTab(state)?.selection.size ?? 0;
}
