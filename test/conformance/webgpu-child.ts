import { readFileSync } from 'node:fs';
import type { Rung } from '../../electron/workers/devices/ladder.ts';
import type { DeviceReport } from '../../electron/workers/devices/report.ts';
import { tryProvider } from '../../electron/workers/devices/try-provider.ts';
import { createEngine } from '../../electron/workers/engine.ts';
import { encodeText } from '../../nodes/diffusion/clip-text.ts';
import { detectClip } from '../../nodes/diffusion/detect-clip.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { detectUpscaler } from '../../nodes/diffusion/models/upscaler-detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { map, type Tensor } from '../../nodes/diffusion/tensor.ts';
import { loraLoader } from '../../nodes/loaders/lora.ts';
import type { ClipRecipe, ModelRecipe } from '../../nodes/types.ts';
import { runNode } from '../run-node.ts';
import { openTiny, referenceFile, tinyCheckpoints } from './engine.ts';
import { distance } from './sample-distance.ts';
import { conformanceFile, maxRelativeToLargest, readVectors, type Vectors } from './vectors.ts';

// Run by webgpu.test.ts: which graphics driver a process uses is settled when it starts. Computes networks that have a reference on
// WebGPU alone, and tells how far off they are. What is slow on a software adapter is computed for one family, or for one file of its
// kind: the others have the same operators.

/** `off`: the distance from the reference, measured as the tests on the CPU measure it. */
type Figure = { readonly name: string; readonly off: number };
export type WebgpuReport = { readonly device: DeviceReport; readonly figures: readonly Figure[]; readonly ran: readonly string[] };

const figures: Figure[] = [];
const ran = new Set<string>();
const [, prompt] = Object.keys(JSON.parse(readFileSync(conformanceFile('tokens.json'), 'utf8')).prompts);

function note(name: string, actual: Tensor, expected: Tensor): void {
  figures.push({ name, off: maxRelativeToLargest(actual, expected) });
}

async function compute(rung: Rung): Promise<void> {
  const engine = createEngine({ budgetBytes: 2 ** 30, ladder: [rung], ran: (provider) => ran.add(provider) });
  const sd1 = readVectors('tiny-sd1.expected.safetensors');
  const parts = readVectors('parts.expected.safetensors');
  for (const name of tinyCheckpoints) await family(engine, name);
  await sample(engine, sd1);
  await vae(engine, sd1);
  await lora(engine, sd1);
  await embedding(engine, sd1);
  await control(engine, parts);
  await upscalers(engine, parts);
  await vision(engine, parts);
}

async function family(engine: DiffusionEngine, name: (typeof tinyCheckpoints)[number]): Promise<void> {
  const vectors = readVectors(`${name}.expected.safetensors`);
  const { MODEL: model, CLIP: clip } = await openTiny(name);
  const { tokens } = await encodeText(engine, clip, prompt, () => undefined);
  note(`${name}: text`, tokens, vectors.get('text/1/tokens'));
  const part = (key: string) => vectors.get(`unet/odd/${key}`);
  const adm = vectors.tensors.has('unet/odd/adm') ? { adm: part('adm') } : {};
  const unet = await engine.unet(model);
  const out = await unet({ x: part('x'), timestep: part('timestep').data, context: part('context'), ...adm });
  note(`${name}: U-Net`, out, part('out'));
}

/** Three steps, whose halves of the guidance share a batch. */
async function sample(engine: DiffusionEngine, sd1: Vectors): Promise<void> {
  const { MODEL: model } = await openTiny('tiny-sd1');
  const changes = {
    latent: { samples: sd1.get('sample/advanced_0_3_leftover') },
    range: { start: 3, end: 10000, endsOnZero: true },
    addsNoise: false,
  };
  const loaded = { config: model.config, unet: await engine.unet(model) };
  figures.push({ name: 'sample', off: await distance(loaded, sd1, 'advanced_3_end', changes) });
}

async function vae(engine: DiffusionEngine, sd1: Vectors): Promise<void> {
  const { VAE: recipe } = await openTiny('tiny-sd1');
  note('VAE decoder', await engine.decode(recipe, sd1.get('vae/z')), sd1.get('vae/decoded'));
  note('VAE encoder', await engine.encode(recipe, sd1.get('vae/image')), sd1.get('vae/moments'));
}

async function lora(engine: DiffusionEngine, sd1: Vectors): Promise<void> {
  const { MODEL: model, CLIP: clip } = await openTiny('tiny-sd1');
  const inputs = { model, clip, lora_name: referenceFile('tiny-sd1.lora.safetensors'), strength_model: 0.8, strength_clip: 0.6 };
  const changed = (await runNode(loraLoader, inputs)) as { MODEL: ModelRecipe; CLIP: ClipRecipe };
  const { tokens } = await encodeText(engine, changed.CLIP, prompt, () => undefined);
  note('LoRA: text', tokens, sd1.get('lora/text_0.6_tokens'));
  const part = (key: string) => sd1.get(`unet/even/${key}`);
  const unet = await engine.unet(changed.MODEL);
  const call = { x: part('x'), timestep: part('timestep').data, context: part('context') };
  note('LoRA: U-Net', await unet(call), sd1.get('lora/unet_0.8_out'));
  note('LoRA: U-Net, its weights and the text on the device from the first run', await unet(call), sd1.get('lora/unet_0.8_out'));
}

async function embedding(engine: DiffusionEngine, sd1: Vectors): Promise<void> {
  const { CLIP: clip } = await openTiny('tiny-sd1');
  const file = () => referenceFile('tinystyle.embedding.safetensors');
  const { tokens } = await encodeText(engine, clip, 'a house, embedding:tinystyle at night', file);
  note('textual inversion', tokens, sd1.get('embedding/tokens'));
}

async function control(engine: DiffusionEngine, parts: Vectors): Promise<void> {
  const part = (key: string) => parts.get(`control/${key}`);
  const { MODEL: model } = await openTiny('tiny-sd1');
  const file = referenceFile('tiny-sd1.controlnet.safetensors');
  const net = await engine.controlNet({ recipe: 'control_net', file, config: { unet: model.config.unet } });
  const inputs = { x: part('x'), timestep: part('timestep').data, context: part('context') };
  const residuals = await net({ ...inputs, hint: part('hint') });
  note('ControlNet', residuals[residuals.length - 1], part('middle'));
  const unet = await engine.unet(model, { controlled: true });
  const weakened = residuals.map((residual) => map(residual, (value) => 0.7 * value));
  note('U-Net that follows a ControlNet', await unet({ ...inputs, residuals: weakened }), part('unet_0.7_out'));
}

async function upscalers(engine: DiffusionEngine, parts: Vectors): Promise<void> {
  for (const [name, result] of [
    ['tiny-esrgan-x2', 'esrgan-x2'],
    ['tiny-compact-x4', 'compact-x4'],
  ]) {
    const file = referenceFile(`${name}.safetensors`);
    const config = detectUpscaler(await openTensorFile(file.path));
    note(name, await engine.upscale({ recipe: 'upscale_model', file, config }, parts.get('upscale/image')), parts.get(`upscale/${result}`));
  }
}

async function vision(engine: DiffusionEngine, parts: Vectors): Promise<void> {
  const file = referenceFile('tiny-clip-vision.safetensors');
  const config = await detectClip(await openTensorFile(file.path));
  const seen = await engine.encodeVision({ recipe: 'clip_vision', file, config }, parts.get('vision/pixels'));
  note('image encoder', seen.embeds, parts.get('vision/embeds'));
}

const device = await tryProvider('webgpu');
if (device.works) await compute(device);
const report: WebgpuReport = { device, figures, ran: [...ran] };
process.send?.(report, undefined, undefined, () => process.exit(0));
