import { createEngine } from '../../electron/workers/engine.ts';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { unetParts } from '../../nodes/diffusion/patches/check-lora.ts';
import { filled } from '../../nodes/diffusion/tensor.ts';
import type { ModelRecipe } from '../../nodes/types.ts';

// Run by lora.bench.ts in a process of its own, so that the peak is its own: steps of a U-Net alone or with LoRAs, as JSON.

/** For each strength in turn: how long it took until the U-Net was ready, and how long its steps took. */
export type LoraFigures = {
  readonly turns: readonly { readonly readySeconds: number; readonly stepSeconds: readonly number[] }[];
  readonly peakGigabytes: number;
};

const [path, lora, ...strengths] = process.argv.slice(2);
const seconds = async (run: () => Promise<unknown>) => {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
};

const engine = createEngine({ budgetBytes: 8e9 });
const config = await detectCheckpoint(await openTensorFile(path));
const model: ModelRecipe = { recipe: 'model', file: { name: 'random.safetensors', path, fingerprint: 'random' }, config };
const file = { name: 'lora.safetensors', path: lora, fingerprint: 'lora' };
const call = {
  x: filled([1, config.unet.in_channels, 64, 64], 0.5),
  timestep: Float32Array.of(500),
  context: filled([1, 77, config.unet.context_dim], 0.1),
};
const turns: LoraFigures['turns'][number][] = [];
for (const strength of strengths.map(Number)) {
  const recipe: ModelRecipe = strength === 0 ? model : { ...model, patches: [{ kind: 'lora', file, strength, parts: unetParts }] };
  const readySeconds = await seconds(() => engine.unet(recipe));
  const unet = await engine.unet(recipe);
  const stepSeconds: number[] = [];
  for (let step = 0; step < 3; step++) stepSeconds.push(await seconds(() => unet(call)));
  turns.push({ readySeconds, stepSeconds });
}
const figures: LoraFigures = { turns, peakGigabytes: (process.resourceUsage().maxRSS * 1024) / 1e9 };
console.log(JSON.stringify(figures));
