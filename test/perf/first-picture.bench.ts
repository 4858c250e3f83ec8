import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BenchRow, median } from './rows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const workflow = 'workflows/examples/text-to-image.json';
const repeats = 5;

type Timed = { seconds: number; nodes: Record<string, { ms: number; cached: boolean }>; processes: number };

/** `npm start -- run ...` as a whole process. */
function run(data: string, ...more: string[]): Timed {
  const count = join(data, 'processes');
  writeFileSync(count, '');
  const begin = performance.now();
  const result = spawnSync('npm', ['start', '--silent', '--', 'run', workflow, '--json', '--data', data, ...more], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'count-processes.mjs'))}`,
      WEFT_BENCH_PROCESSES: count,
    },
  });
  const seconds = (performance.now() - begin) / 1000;
  if (result.status !== 0) throw new Error(`the run failed: ${result.stderr}`);
  const { nodes } = JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '');
  return { seconds, nodes, processes: readFileSync(count).length };
}

function ranCount({ nodes }: Timed): number {
  return Object.values(nodes).filter((node) => !node.cached).length;
}

/** The first picture, the same again, and one with another prompt: each `repeats` times in a data folder of its own. */
export async function firstPictureBench(): Promise<readonly BenchRow[]> {
  const first: Timed[] = [];
  const again: Timed[] = [];
  const changed: Timed[] = [];
  for (let i = 0; i < repeats; i += 1) {
    const data = mkdtempSync(join(tmpdir(), 'weft-bench-'));
    first.push(run(data));
    again.push(run(data));
    changed.push(run(data, '--set', 'positive.text=a forest at sunrise'));
    rmSync(data, { recursive: true, force: true });
  }
  const seconds = (runs: readonly Timed[]) => median(runs.map((timed) => timed.seconds));
  const count = (runs: readonly Timed[], f: (timed: Timed) => number) => Math.max(...runs.map(f));
  return [
    { name: 'first picture, cold: npm start to file', value: seconds(first), unit: 's', goal: 4 },
    { name: '  of which sampling 20 steps', value: median(first.map((timed) => timed.nodes.sampler.ms)) / 1000, unit: 's', goal: 2 },
    { name: 'second run, nothing changed', value: seconds(again), unit: 's' },
    { name: '  worker processes started', value: count(again, (timed) => timed.processes), unit: 'processes', goal: 0 },
    { name: '  nodes run', value: count(again, ranCount), unit: 'nodes', goal: 0 },
    { name: 'another prompt', value: seconds(changed), unit: 's' },
    { name: '  nodes run (empty latent, text, sampler, decode, save)', value: count(changed, ranCount), unit: 'nodes', goal: 5 },
    {
      name: '  loaders run',
      value: count(changed, (timed) => (timed.nodes.checkpoint?.cached === false ? 1 : 0)),
      unit: 'nodes',
      goal: 0,
    },
  ];
}
