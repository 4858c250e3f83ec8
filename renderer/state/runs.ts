import { create } from 'zustand';
import type { EventData, Run } from '../../electron/bridge/contract.ts';
import { bridge } from './bridge.ts';
import { useEditor } from './editor.ts';
import { coalesce } from './frames.ts';
import { createKeyedStore, useKeyed } from './keyed.ts';
import { createNodeRuns, type NodeEvent, type NodeRuns } from './node-runs.ts';
import { idle, type NodeRun } from './run-types.ts';

export type RunsState = {
  /** Waiting and running ones in the order in which they run, then what is over, newest first. */
  readonly runs: readonly Run[];
};

/** How much of the history is kept in the page from the start; the queue panel asks for more. */
const firstPage = 50;

/** The queue and the history. */
export const useRuns = create<RunsState>()(() => ({ runs: [] }));

const nodeStates = createKeyedStore<NodeRun>();
const byTab = new Map<string, NodeRuns>();

const show = coalesce<NodeRun>((changes) => nodeStates.set(changes));

function keyOf(tab: string, path: string): string {
  return `${tab} ${path}`;
}

function nodeRunsOf(tab: string): NodeRuns {
  const found = byTab.get(tab) ?? createNodeRuns();
  byTab.set(tab, found);
  return found;
}

function tellNodes(tab: string, changes: Iterable<readonly [string, NodeRun]>): void {
  for (const [path, run] of changes) show(keyOf(tab, path), run);
}

/** What a node of the shown graph does, for a component that is to render again when it changes. */
export function useNodeRun(id: string): NodeRun {
  const place = useEditor(({ active, tabs }) => {
    const scope = tabs.find((tab) => tab.id === active)?.scope ?? [];
    return keyOf(active ?? '', [...scope, id].join('/'));
  });
  return useKeyed(nodeStates, place) ?? idle;
}

/** What a node of the shown workflow does, as `nodeRun` tells it, for a component that is to render again when it changes. */
export function useNodeRunAt(path: string): NodeRun {
  const tab = useEditor(({ active }) => active ?? '');
  return useKeyed(nodeStates, keyOf(tab, path)) ?? idle;
}

/** What a node does; `path` is `outer/inner` inside a subgraph. */
export function nodeRun(tab: string, path: string): NodeRun {
  return nodeStates.get(keyOf(tab, path)) ?? idle;
}

/** The nodes of a graph of a tab that have failed, by id; `scope` leads to the graph. */
export function failedNodes(tab: string, scope: readonly string[]): ReadonlySet<string> {
  const place = keyOf(tab, scope.map((id) => `${id}/`).join(''));
  const failed = [...nodeStates.entries()].filter(([key, { state }]) => state === 'failed' && key.startsWith(place));
  const ids = failed.map(([key]) => key.slice(place.length));
  return new Set(ids.filter((id) => !id.includes('/')));
}

export function isOpen({ state }: Run): boolean {
  return state === 'waiting' || state === 'running';
}

function rank(run: Run): number {
  return run.state === 'running' ? 0 : run.state === 'waiting' ? 1 : 2;
}

/** What is open keeps the host's order, what is over comes after it, the latest first. */
function inOrder(runs: readonly Run[]): Run[] {
  return runs.toSorted((a, b) => rank(a) - rank(b) || (isOpen(a) ? 0 : (b.endedAt ?? 0) - (a.endedAt ?? 0)));
}

/** Puts runs into the list, in place of what was known of them; new ones wait last. */
export function putRuns(news: readonly Run[]): void {
  const byId = new Map(news.map((run) => [run.id, run]));
  useRuns.setState(({ runs }) => {
    const known = new Set(runs.map(({ id }) => id));
    return { runs: inOrder([...runs.map((run) => byId.get(run.id) ?? run), ...news.filter(({ id }) => !known.has(id))]) };
  });
}

function runChanged({ run }: EventData<'run.changed'>): void {
  putRuns([run]);
  if (!isOpen(run)) tellNodes(run.tab, nodeRunsOf(run.tab).ended(run.id));
}

function takeNews(event: NodeEvent): void {
  tellNodes(event.tab, nodeRunsOf(event.tab).apply(event, performance.now()));
}

/** Asks the host how things stand: at the start, and after a time in which news may have been missed. */
export async function readRuns(): Promise<void> {
  const [answer, news] = await Promise.all([bridge.call('runs.list', { limit: firstPage, before: null }), bridge.call('runs.nodes', {})]);
  if (news.ok) for (const { event, data } of news.value) takeNews({ type: event, ...data } as NodeEvent);
  if (!answer.ok) return;
  const stillOpen = new Set(answer.value.filter(isOpen).map(({ id }) => id));
  const told = new Set(answer.value.map(({ id }) => id));
  useRuns.setState(({ runs }) => ({ runs: inOrder([...answer.value, ...runs.filter((run) => !isOpen(run) && !told.has(run.id))]) }));
  for (const [tab, nodes] of byTab) {
    if (nodes.run !== undefined && !stillOpen.has(nodes.run)) tellNodes(tab, nodes.ended(nodes.run));
  }
}

const nodeEvents = ['node.planned', 'node.started', 'node.progress', 'node.preview', 'node.done', 'node.failed'] as const;

/** Follows the host's runs from now on. Returns what ends that. */
export function followRuns(): () => void {
  const stops = [
    bridge.on('run.changed', runChanged),
    bridge.on('run.removed', ({ ids }) => {
      const gone = new Set(ids);
      useRuns.setState(({ runs }) => ({ runs: runs.filter(({ id }) => !gone.has(id)) }));
    }),
    ...nodeEvents.map((type) => bridge.on(type, (data) => takeNews({ type, ...data } as NodeEvent))),
    bridge.connection.subscribe((connection) => {
      if (connection === 'connected') void readRuns();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
