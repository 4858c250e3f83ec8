import { readFileSync } from 'node:fs';
import type { Rung } from '../../electron/workers/devices/ladder.ts';
import type { DeviceReport } from '../../electron/workers/devices/report.ts';
import { tryProvider } from '../../electron/workers/devices/try-provider.ts';
import { createEngine } from '../../electron/workers/engine.ts';
import { encodeText } from '../../nodes/diffusion/clip-text.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { loraLoader } from '../../nodes/loaders/lora.ts';
import type { ClipRecipe } from '../../nodes/types.ts';
import { runNode } from '../run-node.ts';
import { openTiny, referenceFile, tinyCheckpoints } from './engine.ts';
import { conformanceFile, maxRelativeToLargest, readVectors } from './vectors.ts';

// Run by webgpu.test.ts: which graphics driver a process uses is settled when it starts. Computes networks that have a reference on
// WebGPU alone, and tells how far off they are: those that a software adapter is done with in a minute.

/** `off`: the distance from the reference, measured as the tests on the CPU measure it. */
type Figure = { readonly name: string; readonly off: number };
export type WebgpuReport = { readonly device: DeviceReport; readonly figures: readonly Figure[]; readonly ran: readonly string[] };

const figures: Figure[] = [];
const ran = new Set<string>();
const [, prompt] = Object.keys(JSON.parse(readFileSync(conformanceFile('tokens.json'), 'utf8')).prompts);

function note(name: string, off: number): void {
  figures.push({ name, off });
}

async function compute(rung: Rung): Promise<void> {
  const engine = createEngine({ budgetBytes: 2 ** 30, ladder: [rung], ran: (provider) => ran.add(provider) });
  for (const name of tinyCheckpoints) await family(engine, name);
  await addOns(engine);
}

/** What is slow on a software adapter is computed for one family: the others have the same operators. */
async function family(engine: DiffusionEngine, name: (typeof tinyCheckpoints)[number]): Promise<void> {
  const vectors = readVectors(`${name}.expected.safetensors`);
  const { MODEL: model, CLIP: clip, VAE: vae } = await openTiny(name);
  const { tokens } = await encodeText(engine, clip, prompt, () => undefined);
  note(`${name}: text`, maxRelativeToLargest(tokens, vectors.get('text/1/tokens')));
  const unet = await engine.unet(model);
  const part = (key: string) => vectors.get(`unet/odd/${key}`);
  const adm = vectors.tensors.has('unet/odd/adm') ? { adm: part('adm') } : {};
  const out = await unet({ x: part('x'), timestep: part('timestep').data, context: part('context'), ...adm });
  note(`${name}: U-Net`, maxRelativeToLargest(out, part('out')));
  if (name === 'tiny-sd1') {
    note('VAE decoder', maxRelativeToLargest(await engine.decode(vae, vectors.get('vae/z')), vectors.get('vae/decoded')));
  }
}

async function addOns(engine: DiffusionEngine): Promise<void> {
  const sd1 = readVectors('tiny-sd1.expected.safetensors');
  const { MODEL, CLIP } = await openTiny('tiny-sd1');
  const lora = { model: MODEL, clip: CLIP, lora_name: referenceFile('tiny-sd1.lora.safetensors'), strength_model: 0.8, strength_clip: 0.6 };
  const changed = (await runNode(loraLoader, lora)) as { CLIP: ClipRecipe };
  const { tokens } = await encodeText(engine, changed.CLIP, prompt, () => undefined);
  note('LoRA', maxRelativeToLargest(tokens, sd1.get('lora/text_0.6_tokens')));
}

const device = await tryProvider('webgpu');
if (device.works) await compute(device);
const report: WebgpuReport = { device, figures, ran: [...ran] };
process.send?.(report, undefined, undefined, () => process.exit(0));
