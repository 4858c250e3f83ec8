import { createEngine } from '../../electron/workers/engine.ts';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { filled } from '../../nodes/diffusion/tensor.ts';
import type { ModelRecipe } from '../../nodes/types.ts';
import { median } from './rows.ts';
import type { UnetChanges } from './unet.bench.ts';

// Run by unet.bench.ts in a process of its own, so that the peak is the model's alone: loads the U-Net of a checkpoint in one of its
// modes, takes a few steps at 64x64 latents, and prints what they took as JSON.

type Took = { readonly seconds: number; readonly processorSeconds: number };

/** `step` and `both` (both halves of the guidance together) are means of the median of the rounds after which the mode begins anew. */
export type UnetFigures = {
  readonly load: Took;
  readonly first: Took;
  readonly step: Took;
  readonly both: Took;
  readonly peakGigabytes: number;
};

const rounds = 5;

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
/** A picture with so many texts, as the sampler gives it. */
const callOf = (texts: number) => ({
  x: filled([1, config.unet.in_channels, 64, 64], 0.5),
  timestep: Float32Array.of(500),
  context: filled([texts, 77, config.unet.context_dim], 0.1),
});

async function steps(call: ReturnType<typeof callOf>, count: number): Promise<void> {
  for (let step = 0; step < count; step++) {
    const out = await unet(call);
    if (!out.data.every(Number.isFinite)) throw new Error('the random weights overflow: their figures mean nothing');
  }
}

const every = changes.reuse?.every ?? 1;

/** Of steps that were begun with `begun` whole ones. */
async function typical(call: ReturnType<typeof callOf>, begun: number): Promise<Took> {
  await steps(call, every - begun);
  const measured: Took[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await took(() => steps(call, every)));
  const mean = (of: (figure: Took) => number) => median(measured.map(of)) / every;
  return { seconds: mean(({ seconds }) => seconds), processorSeconds: mean(({ processorSeconds }) => processorSeconds) };
}

const [one, two] = [callOf(1), callOf(2)];
const first = await took(() => steps(one, 1));
const step = await typical(one, 1);
const both = await typical(two, 0);
const figures: UnetFigures = { load, first, step, both, peakGigabytes: (process.resourceUsage().maxRSS * 1024) / 1e9 };
console.log(JSON.stringify(figures));
