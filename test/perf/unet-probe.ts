import { createEngine } from '../../electron/workers/engine.ts';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { filled } from '../../nodes/diffusion/tensor.ts';
import type { ModelRecipe } from '../../nodes/types.ts';
import type { UnetChanges } from './unet.bench.ts';

// Run by unet.bench.ts in a process of its own, so that the peak is the model's alone: loads the U-Net of a checkpoint in one of its
// modes, takes a few steps at 64x64 latents, and prints what they took as JSON.

type Took = { readonly seconds: number; readonly processorSeconds: number };

/** `step` is the mean of the fastest round of steps after which the mode begins anew. */
export type UnetFigures = { readonly load: Took; readonly first: Took; readonly step: Took; readonly peakGigabytes: number };

const rounds = 3;

const [path, changesText] = process.argv.slice(2);
const changes: UnetChanges = JSON.parse(changesText);

async function took(run: () => Promise<unknown>): Promise<Took> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1e6 };
}

const engine = createEngine({ budgetBytes: 8e9 });
const config = await detectCheckpoint(await openTensorFile(path));
const model: ModelRecipe = { recipe: 'model', file: { name: 'random.safetensors', path, fingerprint: 'random' }, config, ...changes };
const load = await took(() => engine.unet(model));
const unet = await engine.unet(model);
const call = {
  x: filled([1, config.unet.in_channels, 64, 64], 0.5),
  timestep: Float32Array.of(500),
  context: filled([1, 77, config.unet.context_dim], 0.1),
};

async function steps(count: number): Promise<void> {
  for (let step = 0; step < count; step++) {
    const out = await unet(call);
    if (!out.data.every(Number.isFinite)) throw new Error('the random weights overflow: their figures mean nothing');
  }
}

const every = changes.reuse?.every ?? 1;
const first = await took(() => steps(1));
await steps(every - 1);
const measured: Took[] = [];
for (let round = 0; round < rounds; round++) measured.push(await took(() => steps(every)));
const least = (of: (figure: Took) => number) => Math.min(...measured.map(of)) / every;
const step = { seconds: least(({ seconds }) => seconds), processorSeconds: least(({ processorSeconds }) => processorSeconds) };
const figures: UnetFigures = { load, first, step, peakGigabytes: (process.resourceUsage().maxRSS * 1024) / 1e9 };
console.log(JSON.stringify(figures));
