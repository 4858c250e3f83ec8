import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDevices } from '../../electron/workers/devices/find-devices.ts';
import { ladderOf } from '../../electron/workers/devices/ladder.ts';
import { mallocEnvironment } from '../../electron/workers/pool.ts';
import { workerFlags } from '../../electron/workers/supervisor.ts';
import { families } from '../fixtures/full-size.ts';
import type { ProbeMessage } from './model-probe.ts';
import { writeRandomCheckpoint } from './random-checkpoint.ts';
import type { BenchRow } from './rows.ts';
import { type Peak, watchMemory } from './watch-memory.ts';

type Job = {
  readonly family: string;
  readonly work: 'steps' | 'picture' | 'switches';
  readonly pixels: number;
  readonly budgetBytes: number;
};

/** Sizes at which two cores are done with all of it within about ten minutes. */
const jobs: readonly Job[] = [
  { family: 'SD1.5', work: 'steps', pixels: 64, budgetBytes: 10e9 },
  { family: 'SD1.5', work: 'steps', pixels: 512, budgetBytes: 10e9 },
  { family: 'SD1.5', work: 'switches', pixels: 64, budgetBytes: 3e9 },
  { family: 'SD2.1', work: 'steps', pixels: 768, budgetBytes: 10e9 },
  { family: 'SD2.1 unCLIP', work: 'steps', pixels: 512, budgetBytes: 10e9 },
  { family: 'Segmind Vega', work: 'steps', pixels: 512, budgetBytes: 10e9 },
  { family: 'SSD-1B', work: 'steps', pixels: 512, budgetBytes: 10e9 },
  { family: 'SDXL refiner', work: 'steps', pixels: 512, budgetBytes: 10e9 },
  { family: 'SDXL', work: 'steps', pixels: 64, budgetBytes: 10e9 },
  { family: 'SDXL', work: 'steps', pixels: 512, budgetBytes: 10e9 },
  // What a machine with 16 GB gives to models.
  { family: 'SDXL', work: 'picture', pixels: 1024, budgetBytes: 10e9 },
];

type Figures = { readonly seconds: ReadonlyMap<string, number>; readonly peaks: ReadonlyMap<string, Peak> };

/** Every family at the size of real checkpoints, with random weights, on every provider that is worth it here. Needs 7 GB of disk. */
export async function modelsBench(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  try {
    const devicesFile = join(folder, 'devices.json');
    const reports = await findDevices({ cacheFile: devicesFile, nodePath: process.execPath });
    const { rungs, steps } = ladderOf(reports, 'auto');
    for (const { provider, why } of steps) console.error(`  not measured on ${provider}: ${why}`);
    const rows: BenchRow[] = [];
    for (const [family, members] of Map.groupBy(jobs, (job) => job.family)) {
      const path = join(folder, 'random.safetensors');
      writeRandomCheckpoint(path, families[family]);
      for (const { provider } of rungs) {
        for (const job of members) rows.push(...rowsOf(job, provider, await probe(path, job, provider, devicesFile)));
      }
      await rm(path);
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function probe(path: string, { family, work, pixels, budgetBytes }: Job, provider: string, devicesFile: string): Promise<Figures> {
  console.error(`  ${family}, ${work} at ${pixels} px on ${provider} ...`);
  const entry = fileURLToPath(new URL('./model-probe.ts', import.meta.url));
  const settings = [path, family, work, String(pixels), provider, devicesFile, String(budgetBytes)];
  const child = fork(entry, settings, { execArgv: workerFlags, env: { ...process.env, ...mallocEnvironment } });
  let phase = 'start';
  const seconds = new Map<string, number>();
  const { peaks, stop } = watchMemory(child, () => phase);
  child.on('message', (message: ProbeMessage) => {
    phase = message.phase;
    if ('seconds' in message) seconds.set(message.phase, message.seconds);
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  stop();
  if (code !== 0) throw new Error(`the probe of ${family} ended with exit code ${code}`);
  return { seconds, peaks };
}

function rowsOf(job: Job, provider: string, figures: Figures): readonly BenchRow[] {
  const name = `${job.family}, ${job.pixels} px, ${provider}`;
  if (job.work === 'switches') return switchRows(job.family, figures);
  const time = (phase: string, text: string): BenchRow => ({ name: `${name}: ${text}`, value: figures.seconds.get(phase) ?? 0, unit: 's' });
  const times =
    job.work === 'steps'
      ? [time('load', 'load the U-Net'), time('step', 'step, batch 1')]
      : [time('text', 'text'), time('step', 'load and step, both halves'), time('decode', 'load the VAE and decode')];
  const most = (of: (peak: Peak) => number) => Math.max(0, ...Array.from(figures.peaks.values(), of)) / 1e9;
  return [
    ...times,
    {
      name: `${name}: peak memory, anonymous`,
      value: most(({ anonymous }) => anonymous),
      unit: 'GB',
      ...(job.work === 'picture' ? { goal: 10 } : {}),
    },
    {
      name: `${name}: peak memory, with mapped file`,
      value: most(({ anonymous, mapped }) => anonymous + mapped),
      unit: 'GB',
      ...(job.work === 'picture' ? { goal: 15 } : {}),
    },
  ];
}

/**
 * What memory is like after one checkpoint and after five and ten more, of which two would not fit at once. It moves by some 20 MB with
 * where blocks lie; a network that was not freed would be a gigabyte.
 */
function switchRows(family: string, { seconds, peaks }: Figures): readonly BenchRow[] {
  const after = (turn: number) => (peaks.get(`after switch ${turn}`)?.anonymous ?? 0) / 1e9;
  return [
    { name: `${family}: memory after one checkpoint`, value: after(0), unit: 'GB' },
    { name: `${family}: memory after five switches`, value: after(5), unit: 'GB', goal: after(0) * 1.05 },
    { name: `${family}: memory after ten switches`, value: after(10), unit: 'GB', goal: Math.min(after(0) * 1.05, after(5) * 1.02) },
    { name: `${family}: switch and step at 64 px`, value: seconds.get('switch 10') ?? 0, unit: 's' },
  ];
}
