import type { EventData } from '../../electron/bridge/contract.ts';
import { idle, type NodeRun } from './run-types.ts';

/** News of the nodes of a run. */
export type NodeEvent = {
  readonly [N in 'node.planned' | 'node.started' | 'node.progress' | 'node.preview' | 'node.done' | 'node.failed']: EventData<N> & {
    readonly type: N;
  };
}['node.planned' | 'node.started' | 'node.progress' | 'node.preview' | 'node.done' | 'node.failed'];

/** A node's state by what it is told, apart from the plan. `now` in milliseconds. */
function next(run: NodeRun, event: Exclude<NodeEvent, { type: 'node.planned' }>, now: number): NodeRun {
  switch (event.type) {
    case 'node.started':
      return { ...leftOver(run), state: 'running' };
    case 'node.progress':
      return { ...run, ...progress(run, event.value, event.max, now) };
    case 'node.preview':
      return { ...run, previewUrl: event.picture };
    case 'node.done': {
      const pictures = event.pictures.length > 0 ? event.pictures : run.pictures;
      const { cached, ms, effort, tables = run.tables } = event;
      return { ...leftOver(run), state: cached ? 'cached' : 'done', ms, max: run.max, pictures, tables, effort };
    }
    case 'node.failed':
      return { ...leftOver(run), state: 'failed', problem: event.problem };
  }
}

/** What stays of a node's state when another takes its place. */
function leftOver({ pictures, tables, seeds }: NodeRun): NodeRun {
  return { ...idle, pictures, tables, seeds };
}

function progress(run: NodeRun, value: number, max: number, now: number): Partial<NodeRun> {
  const from = run.paceFrom !== undefined && run.paceFrom.value <= value ? run.paceFrom : { at: now, value };
  const steps = value - from.value;
  const secondsLeft = steps > 0 ? ((max - value) * (now - from.at)) / steps / 1000 : undefined;
  return { state: 'running', value, max, paceFrom: from, secondsLeft };
}

/** What a node that stands for a subgraph shows: the worst or busiest that happens inside, by path of the node inside. */
function summary(inside: readonly (readonly [string, NodeRun])[]): NodeRun {
  const left = { pictures: inside.flatMap(([, run]) => run.pictures), tables: inside.flatMap(([, run]) => run.tables) };
  const failed = inside.find(([, run]) => run.state === 'failed');
  if (failed !== undefined) return { ...failed[1], ...left, inside: failed[0] };
  const running = inside.find(([, run]) => run.state === 'running');
  if (running !== undefined) return { ...running[1], ...left, inside: running[0] };
  const took = inside.flatMap(([, run]) => (run.ms === undefined ? [] : [run.ms]));
  const ms = took.length > 0 ? took.reduce((sum, one) => sum + one, 0) : undefined;
  const among = (state: NodeRun['state']) => inside.some(([, run]) => run.state === state);
  const state = among('waiting') ? 'waiting' : among('done') ? 'done' : among('cached') ? 'cached' : 'idle';
  return { ...idle, state, ms, ...left };
}

/** The states of all nodes of one tab. */
export type NodeRuns = {
  /** Takes in what a run tells, and returns the states that have changed by it. */
  apply(event: NodeEvent, now: number): Iterable<readonly [string, NodeRun]>;
  /** The run is over: what had not come to its end does nothing any more. */
  ended(run: string): Iterable<readonly [string, NodeRun]>;
  /** The run that is shown. */
  readonly run: string | undefined;
};

export function createNodeRuns(): NodeRuns {
  /** By path; nodes that run only, not those that stand for subgraphs. */
  const runs = new Map<string, NodeRun>();
  /** The paths of nodes below each node that stands for a subgraph. */
  const below = new Map<string, Set<string>>();
  let shownRun: string | undefined;

  const put = (path: string, run: NodeRun) => {
    runs.set(path, run);
    for (const outer of outerPaths(path)) below.set(outer, (below.get(outer) ?? new Set()).add(path));
  };

  function* changesOf(paths: Iterable<string>): Iterable<readonly [string, NodeRun]> {
    const outer = new Set<string>();
    for (const path of paths) {
      yield [path, runs.get(path) ?? idle];
      for (const one of outerPaths(path)) outer.add(one);
    }
    for (const path of outer) {
      const inside = [...(below.get(path) ?? [])].map((one) => [one, runs.get(one) ?? idle] as const);
      yield [path, summary(inside)];
    }
  }

  const plan = (event: Extract<NodeEvent, { type: 'node.planned' }>) => {
    shownRun = event.run;
    for (const [path, run] of runs) runs.set(path, { ...idle, pictures: run.pictures, tables: run.tables });
    for (const { node, input, seed } of event.seeds) {
      const run = runs.get(node) ?? idle;
      put(node, { ...run, seeds: { ...run.seeds, [input]: seed } });
    }
    const enter = (state: 'waiting' | 'cached') => (path: string) => put(path, { ...leftOver(runs.get(path) ?? idle), state });
    event.waiting.forEach(enter('waiting'));
    event.cached.forEach(enter('cached'));
    return changesOf([...runs.keys()]);
  };

  return {
    apply(event, now) {
      if (event.type === 'node.planned') return plan(event);
      // Of a run that began before this page was there, the first news stands for the plan.
      shownRun ??= event.run;
      if (event.run !== shownRun) return [];
      put(event.node, next(runs.get(event.node) ?? idle, event, now));
      return changesOf([event.node]);
    },
    ended(run) {
      if (run !== shownRun) return [];
      const open = [...runs].filter(([, { state }]) => state === 'waiting' || state === 'running').map(([path]) => path);
      for (const path of open) runs.set(path, leftOver(runs.get(path) ?? idle));
      return changesOf(open);
    },
    get run() {
      return shownRun;
    },
  };
}

/** Of `a/b/c`: `a` and `a/b`. */
function outerPaths(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('/'));
}
