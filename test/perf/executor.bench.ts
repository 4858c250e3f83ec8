import { contentKeys } from '../../electron/executor/keys.ts';
import { planRun } from '../../electron/executor/plan.ts';
import { prepareNodes } from '../../electron/executor/prepare.ts';
import { ancestorsInOrder } from '../../electron/executor/topology.ts';
import type { Graph } from '../../workflows/graph.ts';
import { createBench, graphOf } from '../fixtures/graphs.ts';
import { catalog } from '../fixtures/test-nodes.ts';
import { type BenchRow, median } from './rows.ts';

type Nodes = Record<string, readonly [string, Record<string, number | readonly [string, string]>]>;

/** Each node adds 1 to the one before it. */
function chain(count: number): Graph {
  const nodes: Nodes = { n0: ['Number', { value: 0 }] };
  for (let index = 1; index < count - 1; index++) nodes[`n${index}`] = ['Sum', { a: [`n${index - 1}`, 'FLOAT'], b: 1 }];
  return graphOf({ ...nodes, show: ['Show', { value: [`n${count - 2}`, 'FLOAT'] }] });
}

/** Rows of ten nodes; each adds two of the row before it. */
function mesh(count: number): Graph {
  const width = 10;
  const nodes: Nodes = {};
  for (let index = 0; index < count - 1; index++) {
    const before = index - width - (index % width);
    const [a, b] = [index % width, (index * 7 + 3) % width].map((column) => [`n${before + column}`, 'FLOAT'] as const);
    nodes[`n${index}`] = before < 0 ? ['Number', { value: index }] : ['Sum', { a, b }];
  }
  const last = count - 2;
  const row = last - (last % width);
  const ends = Array.from({ length: last - row + 1 }, (_, column) => `n${row + column}`);
  const totals: Nodes = {};
  const top = ends.reduce((sum, id, index) => {
    totals[`t${index}`] = ['Sum', { a: [sum, 'FLOAT'], b: [id, 'FLOAT'] }];
    return `t${index}`;
  });
  return graphOf({ ...nodes, ...totals, show: ['Show', { value: [top, 'FLOAT'] }] });
}

/** The median time of `run` in milliseconds, after a warm-up. */
async function time(rounds: number, run: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds + 5; round++) {
    const start = performance.now();
    await run();
    if (round >= 5) times.push(performance.now() - start);
  }
  return median(times);
}

/** All that happens before the first node runs: order, files, keys and plan. Returns how many nodes are to run. */
async function planAll(graph: Graph): Promise<number> {
  const prepared = await prepareNodes(ancestorsInOrder(graph, ['show']), catalog, { find: async () => undefined });
  if (!prepared.ok) throw new Error('the graph of the benchmark is wrong');
  const planned = { nodes: prepared.nodes, keys: contentKeys(prepared.nodes, 'run') };
  return planRun(planned, ['show'], () => false).tasks.length;
}

/** What the executor itself costs, on chains and meshes of trivial nodes. */
export async function executorBench(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, make] of [['chain', chain] as const, ['mesh', mesh] as const]) {
    for (const count of [100, 1000, 10_000]) {
      const graph = make(count);
      const tasks = await planAll(graph);
      const ms = await time(count > 1000 ? 15 : 100, () => planAll(graph));
      rows.push({ name: `planning a ${name} of ${count} nodes, per node`, value: (ms * 1000) / tasks, unit: 'us', goal: 20 });
    }
    rows.push(...(await runs(name, make(1000))));
  }
  return rows;
}

async function runs(name: string, graph: Graph): Promise<BenchRow[]> {
  await using bench = await createBench();
  const start = performance.now();
  const first = await bench.run(graph);
  const firstMs = performance.now() - start;
  if (first.status !== 'done') throw new Error(`the graph of the benchmark ended as ${JSON.stringify(first).slice(0, 300)}`);
  const again = await time(100, () => bench.run(graph));
  const nodes = Object.keys(first.nodes).length;
  return [
    { name: `first run of a ${name} of 1000 nodes, per node`, value: (firstMs * 1000) / nodes, unit: 'us' },
    { name: `running an unchanged ${name} of 1000 nodes again`, value: again, unit: 'ms', goal: 5 },
  ];
}
