import { createEngine } from '../../electron/workers/engine.ts';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import { detectControlNet } from '../../nodes/diffusion/detect-control-net.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { filled } from '../../nodes/diffusion/tensor.ts';

// Run by control-net.bench.ts in a process of its own, so that the peak is the networks' alone: takes steps at 64x64 latents with and
// without a ControlNet, and prints what they took as JSON.

export type ControlNetFigures = {
  readonly loadSeconds: number;
  readonly plainSeconds: readonly number[];
  readonly controlledSeconds: readonly number[];
  readonly peakGigabytes: number;
};

const [checkpoint, controlNet] = process.argv.slice(2);
const seconds = async (run: () => Promise<unknown>) => {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
};
const refer = (path: string) => ({ name: path, path, fingerprint: path });

const engine = createEngine({ budgetBytes: 12e9 });
const config = await detectCheckpoint(await openTensorFile(checkpoint));
const unet = await engine.unet({ recipe: 'model', file: refer(checkpoint), config }, { controlled: true });
const recipe = { recipe: 'control_net', file: refer(controlNet), config: detectControlNet(await openTensorFile(controlNet)) } as const;
const loadSeconds = await seconds(() => engine.controlNet(recipe));
const control = await engine.controlNet(recipe);
const call = {
  x: filled([1, 4, 64, 64], 0.5),
  timestep: Float32Array.of(500),
  context: filled([1, 77, config.unet.context_dim], 0.1),
};
const hint = filled([1, 3, 512, 512], 0.5);
const plainSeconds: number[] = [];
const controlledSeconds: number[] = [];
for (let step = 0; step < 4; step++) {
  const plain = await seconds(() => unet(call));
  const controlled = await seconds(async () => {
    const out = await unet({ ...call, residuals: await control({ ...call, hint }) });
    if (!out.data.every(Number.isFinite)) throw new Error('the random weights overflow: their figures mean nothing');
  });
  // The first step reads the files along.
  if (step === 0) continue;
  plainSeconds.push(plain);
  controlledSeconds.push(controlled);
}
const peakGigabytes = (process.resourceUsage().maxRSS * 1024) / 1e9;
console.log(JSON.stringify({ loadSeconds, plainSeconds, controlledSeconds, peakGigabytes } satisfies ControlNetFigures));
