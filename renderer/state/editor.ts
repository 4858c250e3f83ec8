import { create } from 'zustand';
import type { FileFolder } from '../../nodes/types.ts';
import type { Catalog } from '../../workflows/graph.ts';
import type { View, Workflow } from '../../workflows/schema.ts';
import { changeAt, type Scope } from '../../workflows/scope.ts';
import { amended, type EditOptions, edited, entered, newTab, redone, selected, type TabStart, type TabState, undone } from './tab.ts';

export type EditorState = {
  /** The node types that there are; empty until the host has told them. */
  readonly catalog: Catalog;
  /** The names that file fields offer, by folder, as far as they have been asked for. */
  readonly files: Readonly<Partial<Record<FileFolder, readonly string[]>>>;
  readonly tabs: readonly TabState[];
  readonly active: string | undefined;
};

/** Everything that is open. Changed by the functions of this module and of files.ts only. */
export const useEditor = create<EditorState>()(() => ({ catalog: new Map(), files: {}, tabs: [], active: undefined }));

export function findTab(id: string | undefined, { tabs }: EditorState = useEditor.getState()): TabState | undefined {
  return tabs.find((tab) => tab.id === id);
}

/** The tab that is shown. */
export function activeTab(state: EditorState = useEditor.getState()): TabState | undefined {
  return findTab(state.active, state);
}

/** Changes one tab; does nothing where there is none of that id. */
export function changeTab(id: string | undefined, change: (tab: TabState) => TabState): void {
  useEditor.setState((state) => {
    const tab = findTab(id, state);
    if (tab === undefined) return state;
    const changed = change(tab);
    return changed === tab ? state : { tabs: state.tabs.map((one) => (one === tab ? changed : one)) };
  });
}

function changeActive(change: (tab: TabState) => TabState): void {
  changeTab(useEditor.getState().active, change);
}

/**
 * Edits the graph that is shown, as a step that can be undone. `label` is a key of the texts, such as `edits.move`.
 * `change` gets the graph as a workflow (a subgraph's too) and returns it unchanged where there is nothing to do.
 */
export function edit(label: string, change: (workflow: Workflow) => Workflow, options: EditOptions = {}): void {
  changeActive((tab) => edited(tab, label, changeAt(tab.workflow, tab.scope, change), options, Date.now()));
}

/** Edits the whole workflow of the tab that is shown, whichever of its graphs is shown: for edits of subgraphs' ports. */
export function editWhole(label: string, change: (workflow: Workflow) => Workflow, options: EditOptions = {}): void {
  changeActive((tab) => edited(tab, label, change(tab.workflow), options, Date.now()));
}

/** Changes a tab's whole workflow without a step of its own. */
export function amend(id: string, change: (workflow: Workflow) => Workflow): void {
  changeTab(id, (tab) => amended(tab, change(tab.workflow)));
}

export function undo(): void {
  changeActive(undone);
}

export function redo(): void {
  changeActive(redone);
}

/** Selects nodes, groups and notes of the graph that is shown, instead of what was selected. */
export function select(ids: Iterable<string>): void {
  changeActive((tab) => selected(tab, ids));
}

/** Shows the graph at a scope: `[...scope, id]` enters the subgraph of a node, a shorter one leaves. */
export function showScope(scope: Scope): void {
  changeActive((tab) => entered(tab, scope));
}

/** Remembers what is seen of the canvas; no edit. */
export function keepView(view: View): void {
  changeActive((tab) => ({ ...tab, views: { ...tab.views, [tab.scope.join('/')]: view } }));
}

/** Adds a tab at the end and shows it. */
export function addTab(start: TabStart): void {
  useEditor.setState(({ tabs }) => ({ tabs: [...tabs, newTab(start)], active: start.id }));
}

/** Takes a tab away; the one after it is shown, else the one before. */
export function removeTab(id: string): void {
  useEditor.setState(({ tabs, active }) => {
    const at = tabs.findIndex((tab) => tab.id === id);
    if (at < 0) return {};
    const rest = tabs.toSpliced(at, 1);
    return { tabs: rest, active: active === id ? rest[Math.min(at, rest.length - 1)]?.id : active };
  });
}

/** Gives a tab another id: what belonged to the old one, such as its runs, is not its own any more. */
export function renewTab(id: string, fresh: string): void {
  useEditor.setState(({ tabs, active }) => ({
    tabs: tabs.map((tab) => (tab.id === id ? { ...tab, id: fresh } : tab)),
    active: active === id ? fresh : active,
  }));
}

export function activate(id: string): void {
  useEditor.setState((state) => (findTab(id, state) === undefined ? state : { active: id }));
}

/** Moves a tab to another place among the tabs. */
export function moveTab(id: string, to: number): void {
  useEditor.setState((state) => {
    const tab = findTab(id, state);
    if (tab === undefined) return state;
    return { tabs: state.tabs.filter((one) => one !== tab).toSpliced(to, 0, tab) };
  });
}
