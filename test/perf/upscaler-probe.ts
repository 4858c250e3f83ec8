import { createEngine } from '../../electron/workers/engine.ts';
import { detectUpscaler } from '../../nodes/diffusion/models/upscaler-detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { filled } from '../../nodes/diffusion/tensor.ts';
import type { UpscaleModelRecipe } from '../../nodes/types.ts';

// Run by upscaler.bench.ts in a process of its own, so that the peak is the network's alone: enlarges a tile of a side of `side` pixels
// twice, the first time with the file to be loaded, and prints what it took as JSON.

export type UpscalerFigures = { readonly firstSeconds: number; readonly tileSeconds: number; readonly peakGigabytes: number };

const [path, side] = process.argv.slice(2);
const engine = createEngine({ budgetBytes: 16e9 });
const file = { name: 'random.safetensors', path, fingerprint: 'random' };
const model: UpscaleModelRecipe = { recipe: 'upscale_model', file, config: detectUpscaler(await openTensorFile(path)) };

async function enlargeSeconds(): Promise<number> {
  const start = performance.now();
  const { data } = await engine.upscale(model, filled([1, 3, Number(side), Number(side)], 0.5));
  const seconds = (performance.now() - start) / 1000;
  if (!data.every(Number.isFinite)) throw new Error('the random weights overflow: their figures mean nothing');
  return seconds;
}

const firstSeconds = await enlargeSeconds();
const tileSeconds = await enlargeSeconds();
const figures: UpscalerFigures = { firstSeconds, tileSeconds, peakGigabytes: (process.resourceUsage().maxRSS * 1024) / 1e9 };
console.log(JSON.stringify(figures));
