import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NodeDefinition } from '../../nodes/define.ts';
import { type Problem, ProblemError } from '../../nodes/problem.ts';
import type { SavedFile } from '../workers/protocol.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import type { Cache } from './cache.ts';
import type { FileFinder, NodeReport, RunEvent, RunRequest, RunResult, UsedSeed } from './events.ts';
import { contentKeys } from './keys.ts';
import { type CachedResult, type PlannedGraph, planRun } from './plan.ts';
import { prepareNodes } from './prepare.ts';
import { type PlannedRun, type RunServices, runTasks, type TaskResults } from './run.ts';
import { byKind } from './saved-files.ts';
import { ancestorsInOrder } from './topology.ts';

export type ExecutionServices = RunServices & {
  readonly catalog: ReadonlyMap<string, NodeDefinition>;
  readonly files: FileFinder;
};

type Files = ReadonlyMap<string, readonly SavedFile[]>;
type Tell = (event: RunEvent) => void;

/** One run, from the graph to the result: finds files, keys and cached values, then has the tasks run that are left. */
export async function execute(request: RunRequest, tell: Tell, services: ExecutionServices): Promise<RunResult> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const nothing = { pictures: [], checkpoints: [], nodes: {} };
  try {
    if (request.signal.aborted) return { status: 'cancelled', ...nothing, seconds: seconds() };
    return { ...(await executeChecked(request, tell, services)), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof RunProblems)) throw error;
    return { status: 'failed', ...nothing, problems: error.problems, seconds: seconds() };
  }
}

/** Why a run cannot begin. */
class RunProblems extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ what }) => what).join(' '));
    this.problems = problems;
  }
}

type UntimedResult = RunResult extends infer R ? (R extends RunResult ? Omit<R, 'seconds'> : never) : never;

async function executeChecked(request: RunRequest, tell: Tell, services: ExecutionServices): Promise<UntimedResult> {
  const { cache } = services;
  const wanted = wantedNodes(request, services.catalog);
  const graph = await keyedGraph(request, wanted, services);
  const wantedKeys = Array.from(new Set(wanted.flatMap((id) => graph.keys.get(id) ?? [])));
  const saved = await savedFiles(wantedKeys, request.outputFolder, cache);
  const plan = planRun(graph, wanted, (key) => cache.has(key));
  const run = plan.tasks.flatMap(({ ids }) => ids);
  const ready = plan.cached.flatMap(({ ids }) => ids);
  const named = new Set([...run, ...ready]);
  const behind = graph.nodes.flatMap(({ id }) => (named.has(id) ? [] : [id]));
  tell({ type: 'planned', run, cached: ready, behind, seeds: seedsOf(graph) });
  const reports = tellCached(plan.cached, saved, cache, tell);
  const results = plan.tasks.length === 0 ? noTasks : await runPlan({ graph, wanted, plan, request, onEvent: tell }, services);

  const outcome = {
    ...byKind(wantedKeys.flatMap((key) => results.saved.get(key) ?? saved.get(key) ?? [])),
    nodes: Object.fromEntries([...reports, ...results.reports]),
  };
  const cached = new Set(plan.cached.map(({ key }) => key));
  if (wantedKeys.every((key) => results.saved.has(key) || cached.has(key))) return { status: 'done', ...outcome };
  if (request.signal.aborted) return { status: 'cancelled', ...outcome };
  return { status: 'failed', ...outcome, problems: results.problems };
}

function seedsOf({ nodes }: PlannedGraph): UsedSeed[] {
  return nodes.flatMap(({ id, inputs, definition }) =>
    Object.entries(inputs).flatMap(([input, given]): UsedSeed[] => {
      if (definition.inputs[input]?.kind !== 'seed' || given.kind !== 'value') return [];
      const { value } = given;
      return typeof value === 'number' || typeof value === 'bigint' ? [{ node: id, input, seed: value }] : [];
    }),
  );
}

async function runPlan(run: PlannedRun, services: RunServices): Promise<TaskResults> {
  await nextTurn();
  return run.request.signal.aborted ? noTasks : runTasks(run, services);
}

const noTasks: TaskResults = { problems: [], reports: new Map(), saved: new Map() };

function wantedNodes({ graph, wanted }: RunRequest, catalog: ReadonlyMap<string, NodeDefinition>): readonly string[] {
  if (wanted === undefined) {
    const outputs = Array.from(graph.nodes.values()).filter(({ type }) => catalog.get(type)?.output === true);
    return outputs.map(({ id }) => id);
  }
  const unknown = wanted.filter((id) => !graph.nodes.has(id));
  if (unknown.length === 0) return Array.from(new Set(wanted));
  throw new RunProblems(
    unknown.map((id) => ({
      node: id,
      what: `The workflow has no node "${id}" that could run.`,
      fix: 'Ask for one of its other nodes, or unmute this one.',
    })),
  );
}

/** Large graphs let other work of the host in between the steps. */
async function keyedGraph({ graph }: RunRequest, wanted: readonly string[], services: ExecutionServices): Promise<PlannedGraph> {
  const prepared = await prepareNodes(ancestorsInOrder(graph, wanted), services.catalog, services.files);
  if (!prepared.ok) throw new RunProblems(prepared.problems);
  await nextTurn();
  const keys = contentKeys(prepared.nodes, randomUUID());
  await nextTurn();
  return { nodes: prepared.nodes, keys };
}

/** The files of wanted results that are cached; results whose files are gone are forgotten. */
async function savedFiles(keys: readonly string[], outputFolder: string, cache: Cache<Supervisor>): Promise<Files> {
  const files = new Map<string, readonly SavedFile[]>();
  for (const key of keys) {
    try {
      const found = await cache.savedFiles(key, outputFolder);
      if (found !== undefined) files.set(key, found);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      throw new RunProblems([error.problem]);
    }
  }
  return files;
}

function tellCached(results: readonly CachedResult[], saved: Files, cache: Cache<Supervisor>, tell: Tell): Map<string, NodeReport> {
  const reports = new Map<string, NodeReport>();
  for (const { key, ids } of results) {
    cache.touch(key);
    const tables = cache.tables(key);
    for (const node of ids) {
      const report = { ms: 0, cached: true, ...(tables !== undefined && { tables }) };
      reports.set(node, report);
      tell({ type: 'done', node, key, ...report, ...byKind(saved.get(key) ?? []) });
    }
  }
  return reports;
}
