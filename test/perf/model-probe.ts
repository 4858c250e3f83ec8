import { findDevices } from '../../electron/workers/devices/find-devices.ts';
import { cpuRung, ladderOf } from '../../electron/workers/devices/ladder.ts';
import { providers } from '../../electron/workers/devices/report.ts';
import { createEngine } from '../../electron/workers/engine.ts';
import { filled, type Tensor } from '../../nodes/diffusion/tensor.ts';
import type { FileRef, ModelRecipe } from '../../nodes/types.ts';
import { families } from '../fixtures/full-size.ts';

// Run by models.bench.ts in a process of its own, so that the peaks are the model's alone. Tells by messages what it does and how
// long that took.

/** `phase`: what follows; `seconds`: what the phase took. */
export type ProbeMessage = { readonly phase: string } | { readonly phase: string; readonly seconds: number };

const [path, familyName, work, pixelsText, providerName, devicesFile, budgetText] = process.argv.slice(2);
const pixels = Number(pixelsText);
const side = pixels / 8;
const config = families[familyName];
const provider = providers.find((name) => name === providerName) ?? 'cpu';
const rungs =
  provider === 'cpu'
    ? ([cpuRung] as const)
    : ladderOf(await findDevices({ cacheFile: devicesFile, nodePath: process.execPath }, [provider]), provider).rungs;
const engine = createEngine({ budgetBytes: Number(budgetText), ladder: rungs });

function file(fingerprint: string): FileRef {
  return { name: familyName, path, fingerprint };
}

function model(fingerprint = path): ModelRecipe {
  return { recipe: 'model', file: file(fingerprint), config };
}

async function tell(message: ProbeMessage): Promise<void> {
  await new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

async function phase<T>(name: string, run: () => Promise<T>): Promise<T> {
  await tell({ phase: name });
  const start = performance.now();
  const result = await run();
  await tell({ phase: name, seconds: (performance.now() - start) / 1000 });
  return result;
}

async function step(recipe: ModelRecipe, texts: number, latentSide = side): Promise<Tensor> {
  const { in_channels, context_dim, adm_channels } = recipe.config.unet;
  const unet = await engine.unet(recipe);
  const out = await unet({
    x: filled([1, in_channels, latentSide, latentSide], 0.5),
    timestep: Float32Array.of(500),
    context: filled([texts, 77, context_dim], 0.1),
    ...(adm_channels !== null && { adm: filled([texts, adm_channels], 0.1) }),
  });
  if (!out.data.every(Number.isFinite)) throw new Error('the random weights overflow: their figures mean nothing');
  return out;
}

const works: Readonly<Record<string, () => Promise<unknown>>> = {
  async steps() {
    await phase('load', () => engine.unet(model()));
    await phase('first step', () => step(model(), 1));
    await phase('step', () => step(model(), 1));
  },
  /** Both halves of the guidance in one batch, as the sampler may run them. */
  async picture() {
    const encoders = config.text.map((text) => ({ file: file(path), config: text }));
    const chunk = [Array.from({ length: 77 }, (_, at) => ({ id: at === 0 ? 49406 : 49407, weight: 1 }))];
    await phase('text', () =>
      engine.encodeTokens(
        { recipe: 'clip', encoders },
        encoders.map(() => chunk),
      ),
    );
    await phase('step', () => step(model(), 2));
    await phase('decode', () => engine.decode({ recipe: 'vae', file: file(path), config }, filled([1, 4, side, side], 0.5)));
  },
  async switches() {
    for (let turn = 0; turn <= 10; turn++) {
      await phase(`switch ${turn}`, () => step(model(`content ${turn}`), 1, 8));
      await tell({ phase: `after switch ${turn}` });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  },
};

await works[work]();
process.disconnect();
