import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unetShapes } from '../../nodes/diffusion/patches/layers.ts';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { elementCount, type Tensor, tensor } from '../../nodes/diffusion/tensor.ts';
import { sd1 } from '../fixtures/full-size.ts';
import type { LoraFigures } from './lora-probe.ts';
import { writeRandomCheckpoint } from './random-checkpoint.ts';
import { type BenchRow, median } from './rows.ts';

/** What a LoRA of rank 32 over a U-Net of SD1.5's size costs: over attention and feed-forward, and over the convolutions as well. */
export async function loraBench(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  try {
    const checkpoint = join(folder, 'random-sd15.safetensors');
    writeRandomCheckpoint(checkpoint, sd1);
    const [linear, all] = [join(folder, 'linear.safetensors'), join(folder, 'all.safetensors')];
    await writeSafetensors(linear, randomLora(/transformer_blocks.*\.(to_\w+|to_out\.0|proj|2)\.weight$/));
    await writeSafetensors(all, randomLora(/(transformer_blocks.*\.(to_\w+|to_out\.0|proj|2)|layers\.[23]|op|conv)\.weight$/));
    const plain = await measure(checkpoint, linear, 0);
    const changed = await measure(checkpoint, linear, 1, 0.5);
    const convolutions = await measure(checkpoint, all, 1, 0.5);
    const [first, second] = changed.turns;
    return [
      { name: 'U-Net ready without LoRA', value: plain.turns[0].readySeconds, unit: 's' },
      { name: 'U-Net ready with LoRA, rank 32', value: first.readySeconds, unit: 's' },
      { name: 'another strength', value: second.readySeconds, unit: 's' },
      { name: 'another strength, convolutions too', value: convolutions.turns[1].readySeconds, unit: 's' },
      { name: 'step without LoRA', value: median(plain.turns[0].stepSeconds), unit: 's' },
      { name: 'step with LoRA', value: median(second.stepSeconds), unit: 's' },
      { name: 'step with LoRA, convolutions too', value: median(convolutions.turns[1].stepSeconds), unit: 's' },
      { name: 'peak memory without LoRA', value: plain.peakGigabytes, unit: 'GB' },
      { name: 'peak memory with LoRA', value: changed.peakGigabytes, unit: 'GB' },
      { name: 'peak memory with LoRA, convolutions too', value: convolutions.peakGigabytes, unit: 'GB' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(checkpoint: string, lora: string, ...strengths: readonly number[]): Promise<LoraFigures> {
  const probe = fileURLToPath(new URL('./lora-probe.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [probe, checkpoint, lora, ...strengths.map(String)]);
  return JSON.parse(stdout);
}

function randomLora(layers: RegExp): Map<string, Tensor> {
  const rank = 32;
  const random = (shape: readonly number[]) =>
    tensor(
      Float32Array.from({ length: elementCount(shape) }, () => (Math.random() - 0.5) * 0.02),
      shape,
    );
  const tensors = new Map<string, Tensor>();
  for (const [key, shape] of unetShapes(sd1.unet)) {
    if (!layers.test(key)) continue;
    const [out, ...rest] = shape;
    const name = key.replace(/\.weight$/, '');
    tensors.set(`${name}.lora_up.weight`, random([out, rank, ...rest.slice(1).map(() => 1)]));
    tensors.set(`${name}.lora_down.weight`, random([rank, ...rest]));
    tensors.set(`${name}.alpha`, tensor(Float32Array.of(16), []));
  }
  return tensors;
}
