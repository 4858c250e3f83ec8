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
import type { Subgraph, Workflow } from '../../workflows/schema.ts';
import { subgraphAt } from '../../workflows/scope.ts';
import { activeTab, editWhole, useEditor } from './editor.ts';

/*
 * What the subgraph that is shown gives and takes outside. Every node that stands for it follows.
 */

/** The subgraph that is shown, with its id; undefined where the workflow itself is. */
export function shownSubgraph(): { readonly id: string; readonly definition: Subgraph } | undefined {
  const tab = activeTab();
  const id = tab && subgraphAt(tab.workflow, tab.scope);
  const definition = id === undefined ? undefined : tab?.workflow.subgraphs?.[id];
  return id === undefined || definition === undefined ? undefined : { id, definition };
}

function change(label: string, edit: (workflow: Workflow, id: string) => Workflow): void {
  const subgraph = shownSubgraph();
  if (subgraph !== undefined) editWhole(label, (workflow) => edit(workflow, subgraph.id));
}

/** Shows an input or a field of a node on the outside. */
export function promote(place: InputPlace): void {
  const { catalog } = useEditor.getState();
  change('edits.promote', (workflow, id) => promoteInput(workflow, catalog, id, place));
}

/** Gives an output of a node to the outside. */
export function giveOutside(place: OutputPlace): void {
  const { catalog } = useEditor.getState();
  change('edits.giveOutside', (workflow, id) => addOutput(workflow, catalog, id, place));
}

/** Takes an input or output of the subgraph away, with what is linked to it outside. */
export function removePort(side: 'inputs' | 'outputs', name: string): void {
  const remove = side === 'inputs' ? removeInput : removeOutput;
  change('edits.removePort', (workflow, id) => remove(workflow, id, name));
}

export function renamePort(side: 'inputs' | 'outputs', before: string, name: string): void {
  change('edits.renamePort', (workflow, id) => renamePortOf(workflow, id, side, before, name));
}

export function movePort(side: 'inputs' | 'outputs', name: string, to: number): void {
  change('edits.movePort', (workflow, id) => movePortOf(workflow, id, side, name, to));
}

/** Gives the subgraph another title, which every node that stands for it shows unless it has its own. */
export function renameSubgraph(title: string): void {
  if (title.trim() !== '') change('edits.renameSubgraph', (workflow, id) => setSubgraphTexts(workflow, id, { title }));
}
