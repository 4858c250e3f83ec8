import type { View, Workflow } from '../../workflows/schema.ts';
import { graphAt, type Scope, validScope } from '../../workflows/scope.ts';
import { keptText } from './workflow-text.ts';

/** What an undo goes back to. The workflows of a history share all that the edits between them left alone. */
type HistoryStep = {
  /** What the edit was called, as a key of the texts, such as `edits.move`. */
  readonly label: string;
  readonly workflow: Workflow;
  /** Where the edit was made: undo and redo show that place. */
  readonly scope: Scope;
};

/** An open workflow. */
export type TabState = {
  readonly id: string;
  readonly title: string;
  /** Its file below `workflows/`; null if it has none yet. */
  readonly file: string | null;
  readonly workflow: Workflow;
  /** The workflow as it was opened or saved, as `keptText` writes it; null if that isn't known. */
  readonly savedText: string | null;
  /** Whether there is something to save. */
  readonly unsaved: boolean;
  /** Ids of selected nodes, groups and notes in the graph that is shown. */
  readonly selection: ReadonlySet<string>;
  /** The entered subgraphs; empty where the workflow itself is shown. */
  readonly scope: Scope;
  /** What is seen of the canvas, by scope joined with `/`. */
  readonly views: Readonly<Record<string, View>>;
  /** Oldest first. */
  readonly past: readonly HistoryStep[];
  /** The next to redo last. */
  readonly future: readonly HistoryStep[];
  /** The group of the last edit and when it was made, for the next one to join. */
  readonly open?: { readonly group: string; readonly at: number };
};

/** How many steps can be undone: fewer of large workflows, as each step has a list of all nodes. */
const mostSteps = 500;
const fewestSteps = 200;
const nodesInHistory = 400_000;

function historyLength({ nodes, subgraphs = {} }: Workflow): number {
  const count = [nodes, ...Object.values(subgraphs).map((one) => one.nodes)].reduce((sum, one) => sum + Object.keys(one).length, 0);
  return Math.max(fewestSteps, Math.min(mostSteps, Math.floor(nodesInHistory / Math.max(count, 1))));
}

const nothingSelected: ReadonlySet<string> = new Set();

export type EditOptions = {
  /** Edits of the same group that follow each other within the pause are one step. */
  readonly group?: string;
  /** In milliseconds; Infinity for a gesture whose group no other gesture has. A second where absent. */
  readonly pause?: number;
};

/** What a tab begins with; the workflow may say what is seen of it. */
export type TabStart = Pick<TabState, 'id' | 'title' | 'file' | 'workflow' | 'unsaved'>;

export function newTab({ workflow: { view, ...workflow }, ...start }: TabStart): TabState {
  return {
    ...start,
    workflow,
    savedText: start.unsaved ? null : keptText(workflow),
    selection: nothingSelected,
    scope: [],
    views: view === undefined ? {} : { '': view },
    past: [],
    future: [],
  };
}

/** Whether a tab's workflow, as its text, is another than the one that it began with or was last saved as. */
export function isUnsaved(tab: TabState, text: string): boolean {
  return text !== tab.savedText;
}

/** The tab after an edit, which can be undone. `now` in milliseconds. */
export function edited(tab: TabState, label: string, workflow: Workflow, { group, pause = 1000 }: EditOptions, now: number): TabState {
  if (workflow === tab.workflow) return tab;
  const joins = group !== undefined && tab.open?.group === group && now - tab.open.at <= pause && tab.past.length > 0;
  const step = { label, workflow: tab.workflow, scope: tab.scope };
  const past = joins ? tab.past : [...tab.past.slice(-historyLength(workflow) + 1), step];
  return settle({ ...tab, workflow, past, future: [], unsaved: true, open: group === undefined ? undefined : { group, at: now } });
}

/** The tab after a change that is no step of its own, such as a seed that has moved on. */
export function amended(tab: TabState, workflow: Workflow): TabState {
  return workflow === tab.workflow ? tab : settle({ ...tab, workflow, unsaved: true });
}

export function undone(tab: TabState): TabState {
  const step = tab.past.at(-1);
  if (step === undefined) return tab;
  const back = { label: step.label, workflow: tab.workflow, scope: step.scope };
  return settle({ ...tab, ...place(step), past: tab.past.slice(0, -1), future: [...tab.future, back], open: undefined, unsaved: true });
}

export function redone(tab: TabState): TabState {
  const step = tab.future.at(-1);
  if (step === undefined) return tab;
  const back = { label: step.label, workflow: tab.workflow, scope: step.scope };
  return settle({ ...tab, ...place(step), past: [...tab.past, back], future: tab.future.slice(0, -1), open: undefined, unsaved: true });
}

/** The tab with other things selected. */
export function selected(tab: TabState, ids: Iterable<string>): TabState {
  const selection = new Set(ids);
  const same = selection.size === tab.selection.size && tab.selection.isSupersetOf(selection);
  return same ? tab : { ...tab, selection };
}

/** The tab with another of its graphs shown. */
export function entered(tab: TabState, scope: Scope): TabState {
  return { ...tab, scope: validScope(tab.workflow, scope), selection: nothingSelected, open: undefined };
}

function place({ workflow, scope }: HistoryStep): Pick<TabState, 'workflow' | 'scope'> {
  return { workflow, scope: validScope(workflow, scope) };
}

/** Takes care that scope and selection name only what there is. */
function settle(tab: TabState): TabState {
  const scope = validScope(tab.workflow, tab.scope);
  const graph = graphAt(tab.workflow, scope);
  const frames = new Set([...(graph.groups ?? []), ...(graph.notes ?? [])].map(({ id }) => id));
  const kept = [...tab.selection].filter((id) => Object.hasOwn(graph.nodes, id) || frames.has(id));
  return { ...tab, scope, selection: kept.length === tab.selection.size ? tab.selection : new Set(kept) };
}
