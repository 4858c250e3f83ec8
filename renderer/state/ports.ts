import {
  addOutput,
  movePort as movePortOf,
  promoteInput,
  removeInput,
  removeOutput,
  renamePort as renamePortOf,
  setSubgraphTexts,
} from '../../workflows/edits/ports.ts';
import type { InputPlace, OutputPlace } from '../../workflows/reroute.ts';
import { subgraphAt } from '../../workflows/scope.ts';
import { activeTab, type EditorState, editWhole, useEditor } from './editor.ts';

/*
 * What a subgraph of the shown workflow gives and takes outside, by the subgraph's id. Every node that stands for it follows.
 */

type Side = 'inputs' | 'outputs';

/** The id of the subgraph that is shown; undefined where the workflow itself is. */
export function shownSubgraph(state?: EditorState): string | undefined {
  const tab = activeTab(state);
  return tab && subgraphAt(tab.workflow, tab.scope);
}

/** Shows an input or a field of a node inside on the outside. */
export function promote(subgraph: string, place: InputPlace): void {
  const { catalog } = useEditor.getState();
  editWhole('edits.promote', (workflow) => promoteInput(workflow, catalog, subgraph, place));
}

/** Gives an output of a node inside to the outside. */
export function giveOutside(subgraph: string, place: OutputPlace): void {
  const { catalog } = useEditor.getState();
  editWhole('edits.giveOutside', (workflow) => addOutput(workflow, catalog, subgraph, place));
}

/** Takes an input or output of the subgraph away, with what is linked to it outside. */
export function removePort(subgraph: string, side: Side, name: string): void {
  const remove = side === 'inputs' ? removeInput : removeOutput;
  editWhole('edits.removePort', (workflow) => remove(workflow, subgraph, name));
}

export function renamePort(subgraph: string, side: Side, before: string, name: string): void {
  editWhole('edits.renamePort', (workflow) => renamePortOf(workflow, subgraph, side, before, name));
}

export function movePort(subgraph: string, side: Side, name: string, to: number): void {
  editWhole('edits.movePort', (workflow) => movePortOf(workflow, subgraph, side, name, to));
}

/** Gives the subgraph another title, which every node that stands for it shows unless it has its own. */
export function renameSubgraph(subgraph: string, title: string): void {
  if (title.trim() !== '') editWhole('edits.renameSubgraph', (workflow) => setSubgraphTexts(workflow, subgraph, { title }));
}
