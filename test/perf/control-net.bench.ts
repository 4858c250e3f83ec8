import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sd1 } from '../fixtures/full-size.ts';
import type { ControlNetFigures } from './control-net-probe.ts';
import { writeRandomCheckpoint, writeRandomControlNet } from './random-checkpoint.ts';
import { type BenchRow, median } from './rows.ts';

/** A ControlNet of SD1.5's size beside its U-Net, with random weights in float16, which need 3 GB in the temporary folder. */
export async function controlNetBench(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  try {
    const [checkpoint, controlNet] = ['checkpoint', 'control-net'].map((name) => join(folder, `${name}.safetensors`));
    writeRandomCheckpoint(checkpoint, sd1);
    writeRandomControlNet(controlNet, sd1.unet);
    const probe = fileURLToPath(new URL('./control-net-probe.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [probe, checkpoint, controlNet]);
    const figures: ControlNetFigures = JSON.parse(stdout);
    return [
      { name: 'load the ControlNet', value: figures.loadSeconds, unit: 's' },
      { name: 'step at 64x64 without it', value: median(figures.plainSeconds), unit: 's' },
      { name: 'step at 64x64 with it', value: median(figures.controlledSeconds), unit: 's' },
      { name: 'peak memory of both', value: figures.peakGigabytes, unit: 'GB' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
