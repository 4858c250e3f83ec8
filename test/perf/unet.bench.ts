import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sd1 } from '../fixtures/full-size.ts';
import { writeRandomCheckpoint } from './random-checkpoint.ts';
import { type BenchRow, median } from './rows.ts';
import type { UnetFigures } from './unet-probe.ts';

/** Loads and runs a U-Net of SD1.5's size from a float16 checkpoint of random weights, which needs 2.2 GB in the temporary folder. */
export async function unetBench(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  try {
    const path = join(folder, 'random-sd15.safetensors');
    writeRandomCheckpoint(path, sd1);
    const probe = fileURLToPath(new URL('./unet-probe.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [probe, path]);
    const figures: UnetFigures = JSON.parse(stdout);
    return [
      { name: 'load the U-Net', value: figures.loadSeconds, unit: 's' },
      { name: 'first step, file read along', value: figures.stepSeconds[0], unit: 's' },
      { name: 'step at 64x64, batch 1', value: median(figures.stepSeconds.slice(1)), unit: 's', goal: 10 },
      { name: 'peak memory, float16 file', value: figures.peakGigabytes, unit: 'GB', goal: 4.5 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
