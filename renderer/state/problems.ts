import { create } from 'zustand';
import type { Problem } from '../../nodes/problem.ts';
import type { FileFolder } from '../../nodes/types.ts';
import { placesOf } from '../../workflows/problem-places.ts';
import { catalogOf } from '../../workflows/subgraph-catalog.ts';
import { validate } from '../../workflows/validate.ts';
import { activeTab, type EditorState, findTab, useEditor } from './editor.ts';
import { createKeyedStore, useKeyed } from './keyed.ts';
import { isOpen, useRuns } from './runs.ts';
import type { TabState } from './tab.ts';

/** Milliseconds without an edit after which a workflow is checked. */
const checkAfter = 300;

/** What keeps each open workflow from running, by tab, as of the last pause in editing. */
export const useProblems = create<Readonly<Record<string, readonly Problem[]>>>()(() => ({}));

/** What keeps a tab's workflow from running. Files are looked up once the host has told their names. */
export function problemsOf(tab: TabState, { catalog, files }: Pick<EditorState, 'catalog' | 'files'> = useEditor.getState()): Problem[] {
  const complete = fileFoldersIn(files);
  return validate(tab.workflow, catalogOf(tab.workflow, catalog), complete && ((folder) => complete[folder] ?? []));
}

type Files = EditorState['files'];

/** The names of files, once those of every folder that has been asked for are there. */
function fileFoldersIn(files: Files): Readonly<Partial<Record<FileFolder, readonly string[]>>> | undefined {
  return Object.keys(files).length === 0 ? undefined : files;
}

/** What went wrong in a tab's last run, as long as no other has begun. */
export function runProblems(tab: string): readonly Problem[] {
  const last = useRuns
    .getState()
    .runs.filter((run) => run.tab === tab)
    .find((run) => !isOpen(run));
  return last?.state === 'failed' ? last.problems : [];
}

/** The first problem that shows at each node, by tab and way. */
const byNode = createKeyedStore<Problem>();

/** Shows what keeps a tab's workflow from running. */
export function showProblems(tab: TabState, problems: readonly Problem[]): void {
  useProblems.setState({ [tab.id]: problems });
  const first = new Map<string, Problem>();
  for (const problem of problems) {
    for (const { path, input } of placesOf(tab.workflow, problem)) {
      const key = placeKey(tab.id, path);
      if (!first.has(key)) first.set(key, { ...problem, input });
    }
  }
  const gone = [...byNode.keys()].filter((key) => key.startsWith(placeKey(tab.id, '')) && !first.has(key));
  byNode.set([
    ...gone.map((key) => [key, undefined] as const),
    ...[...first].filter(([key, problem]) => !isSame(byNode.get(key), problem)),
  ]);
}

function isSame(a: Problem | undefined, b: Problem): boolean {
  return a?.node === b.node && a?.input === b.input && a?.what === b.what && a?.fix === b.fix;
}

function placeKey(tab: string, path: string): string {
  return `${tab} ${path}`;
}

/**
 * What keeps a node of the shown graph from running; of one that stands for a subgraph also what is wrong inside
 * (`node` says where). `input` is this node's own, if one is to blame.
 */
export function useNodeProblem(id: string): Problem | undefined {
  const key = useEditor((state) => placeKey(state.active ?? '', [...(activeTab(state)?.scope ?? []), id].join('/')));
  return useKeyed(byNode, key);
}

function check(id: string): void {
  const tab = findTab(id);
  if (tab !== undefined) showProblems(tab, problemsOf(tab));
}

/** Checks the shown workflow in pauses of editing from now on. Returns what ends that. */
export function startChecking(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let checked: readonly unknown[] = [];
  const follow = () => {
    const state = useEditor.getState();
    const tab = activeTab(state);
    const now = [tab?.workflow, state.catalog, state.files];
    if (tab === undefined || state.catalog.size === 0 || now.every((one, index) => one === checked[index])) return;
    checked = now;
    clearTimeout(timer);
    timer = setTimeout(() => check(tab.id), checkAfter);
  };
  const stop = useEditor.subscribe(follow);
  follow();
  return () => {
    clearTimeout(timer);
    stop();
  };
}
