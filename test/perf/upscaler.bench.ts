import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { map, type Tensor } from '../../nodes/diffusion/tensor.ts';
import { randomCompact, randomRrdb } from '../fixtures/upscaler-weights.ts';
import type { BenchRow } from './rows.ts';
import type { UpscalerFigures } from './upscaler-probe.ts';

const esrgan = { inputs: 3, outputs: 3, features: 64, growth: 32, blocks: 23, doublings: 2, plus: false };
const compact = { channels: 3, features: 64, layers: 32, scale: 4 };

/** Enlarges a tile four times with networks of the sizes of RealESRGAN_x4plus and realesr-general-x4v3, on random weights. */
export async function upscalerBench(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  try {
    return [
      ...(await measured('ESRGAN x4', join(folder, 'esrgan.safetensors'), randomRrdb(esrgan))),
      ...(await measured('Compact x4', join(folder, 'compact.safetensors'), randomCompact(compact))),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(name: string, path: string, weights: ReadonlyMap<string, Tensor>): Promise<readonly BenchRow[]> {
  // Small enough for the activations of so many layers to stay finite.
  await writeSafetensors(path, new Map([...weights].map(([key, tensor]) => [key, map(tensor, (value) => 0.04 * value)])));
  const probe = fileURLToPath(new URL('./upscaler-probe.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [probe, path, '128']);
  const figures: UpscalerFigures = JSON.parse(stdout);
  return [
    { name: `${name}: load, and the first tile of 128x128`, value: figures.firstSeconds, unit: 's' },
    { name: `${name}: tile of 128x128`, value: figures.tileSeconds, unit: 's' },
    { name: `${name}: peak memory`, value: figures.peakGigabytes, unit: 'GB' },
  ];
}
