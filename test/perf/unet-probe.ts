import { createEngine } from '../../electron/workers/engine.ts';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { filled } from '../../nodes/diffusion/tensor.ts';

// Run by unet.bench.ts in a process of its own, so that the peak is the model's alone: loads the U-Net of a checkpoint, takes a few
// steps at 64x64 latents, and prints what it took as JSON.

export type UnetFigures = { readonly loadSeconds: number; readonly stepSeconds: readonly number[]; readonly peakGigabytes: number };

const [path] = process.argv.slice(2);
const seconds = async (run: () => Promise<unknown>) => {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
};

const engine = createEngine({ budgetBytes: 8e9 });
const config = await detectCheckpoint(await openTensorFile(path));
const model = { recipe: 'model', file: { name: 'random.safetensors', path, fingerprint: 'random' }, config } as const;
const loadSeconds = await seconds(() => engine.unet(model));
const unet = await engine.unet(model);
const call = {
  x: filled([1, config.unet.in_channels, 64, 64], 0.5),
  timestep: Float32Array.of(500),
  context: filled([1, 77, config.unet.context_dim], 0.1),
};
const stepSeconds: number[] = [];
for (let step = 0; step < 4; step++) {
  stepSeconds.push(
    await seconds(async () => {
      const out = await unet(call);
      if (!out.data.every(Number.isFinite)) throw new Error('the random weights overflow: their figures mean nothing');
    }),
  );
}
const figures: UnetFigures = { loadSeconds, stepSeconds, peakGigabytes: (process.resourceUsage().maxRSS * 1024) / 1e9 };
console.log(JSON.stringify(figures));
