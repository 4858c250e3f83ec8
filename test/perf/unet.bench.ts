import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ModelRecipe } from '../../nodes/types.ts';
import { sd1 } from '../fixtures/full-size.ts';
import { pytorchSteps } from './pytorch-unet.ts';
import { writeRandomCheckpoint } from './random-checkpoint.ts';
import { type BenchRow, median } from './rows.ts';
import type { UnetFigures } from './unet-probe.ts';

export type UnetChanges = Pick<ModelRecipe, 'int8' | 'reuse'>;

const reuse = (every: number) => ({ every, start: 0, end: 1 });

type Mode = {
  readonly name: string;
  readonly changes: UnetChanges;
  readonly goals?: { readonly step: number; readonly memory: number };
  /** How many times as fast as PyTorch it should be. */
  readonly faster?: number;
};

const exact: Mode = { name: 'exact', changes: {}, goals: { step: 10, memory: 4.5 }, faster: 1.5 };

const fasterModes: readonly Mode[] = [
  { name: '8 bit', changes: { int8: true } },
  { name: 'deep features at every 2nd step', changes: { reuse: reuse(2) } },
  { name: 'deep features at every 3rd step', changes: { reuse: reuse(3) } },
  { name: '8 bit, deep features at every 2nd step', changes: { int8: true, reuse: reuse(2) } },
  { name: '8 bit, deep features at every 3rd step', changes: { int8: true, reuse: reuse(3) }, faster: 3 },
];

/**
 * Loads and runs a U-Net of SD1.5's size from a float16 checkpoint of random weights in each of its modes, which needs 3 GB in the
 * temporary folder.
 */
export async function unetBench(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  try {
    const path = join(folder, 'random-sd15.safetensors');
    writeRandomCheckpoint(path, sd1);
    // Around the mode whose goal is the tightest: machines change their speed by the minute.
    const before = await pytorchSteps(4);
    const measured: (readonly [Mode, UnetFigures])[] = [[exact, await measure(exact, path)]];
    const after = await pytorchSteps(4);
    for (const mode of fasterModes) measured.push([mode, await measure(mode, path)]);
    const pytorch = before && after && median([...before.seconds, ...after.seconds]);
    const rows = measured.flatMap(([mode, figures]) => rowsOf(mode, figures, pytorch));
    if (pytorch !== undefined)
      rows.unshift({ name: `PyTorch ${before?.torch}: step at 64x64, both halves in one batch`, value: pytorch, unit: 's' });
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure({ changes }: Mode, path: string): Promise<UnetFigures> {
  const probe = fileURLToPath(new URL('./unet-probe.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [probe, path, JSON.stringify(changes)]);
  return JSON.parse(stdout);
}

/** `pytorch`: the seconds of its step of both halves, where it was measured; a median, as Weft's. */
function rowsOf({ name, goals, faster }: Mode, figures: UnetFigures, pytorch: number | undefined): readonly BenchRow[] {
  const { load, first, step, both, peakGigabytes } = figures;
  const times = { name: `${name}: times as fast as PyTorch`, value: (pytorch ?? 0) / both.seconds, unit: '', least: faster };
  return [
    { name: `${name}: load the U-Net`, value: load.seconds, unit: 's' },
    { name: `${name}: first step, file read along`, value: first.seconds, unit: 's' },
    { name: `${name}: step at 64x64, batch 1`, value: step.seconds, unit: 's', goal: goals?.step },
    { name: `${name}: step at 64x64, both halves in one batch`, value: both.seconds, unit: 's' },
    { name: `${name}: step of batch 1 in seconds of one processor core`, value: step.processorSeconds, unit: 's' },
    ...(pytorch === undefined ? [] : [times]),
    { name: `${name}: peak memory, float16 file`, value: peakGigabytes, unit: 'GB', goal: goals?.memory },
  ];
}
