import { expect, it } from 'vitest';
import { cpuRung } from '../../electron/workers/devices/ladder.ts';
import { Sessions } from '../../electron/workers/sessions.ts';
import { detectClip } from '../../nodes/diffusion/detect-clip.ts';
import { originalControlNet } from '../../nodes/diffusion/layouts/control-net.ts';
import { textPositions, writeTextEncoder } from '../../nodes/diffusion/models/clip-text.ts';
import { writeVisionEncoder } from '../../nodes/diffusion/models/clip-vision.ts';
import { writeControlNet } from '../../nodes/diffusion/models/control-net.ts';
import { writeUnet } from '../../nodes/diffusion/models/unet.ts';
import { fileWeights } from '../../nodes/diffusion/models/weights.ts';
import { type Forms, preferredForms } from '../../nodes/diffusion/onnx/forms.ts';
import { cpuOperators, createOperators, type Operators, onAccelerators, onCpu } from '../../nodes/diffusion/onnx/operators.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { elementCount, map, tensor } from '../../nodes/diffusion/tensor.ts';
import { openTiny } from './engine.ts';
import { conformanceFile, describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

const cpuChoice = { precision: 'float32', forms: preferredForms.cpu, ...onCpu } as const;
const inForms = (forms: Forms) => createOperators({ precision: 'float32', forms, ...onAccelerators });

/** Every set of operators is made of nodes that the CPU has too, so each can be held to the reference on any machine. */
const forms: readonly { name: string; operators: Operators }[] = [
  { name: "the CPU's with all weights constant", operators: { ...cpuOperators, streamAbove: { conv: 1e9, linear: 1e9 } } },
  { name: "the CPU's with all weights streamed", operators: { ...cpuOperators, streamAbove: { conv: 0, linear: 0 } } },
  {
    name: "the CPU's with fewer multiplications in all convolutions",
    operators: createOperators({ ...cpuChoice, winograd: { from: 1, kernels: 1e9 } }),
  },
  { name: 'the same in parts', operators: createOperators({ ...cpuChoice, winograd: { from: 1, kernels: 500 } }) },
  { name: "WebGPU's", operators: inForms({ ...preferredForms.webgpu, channels: 'fours' }) },
  { name: "DirectML's and CoreML's", operators: inForms(preferredForms.dml) },
];

describeConformance('operators', () => {
  it.each(forms)('$name compute the same U-Net', async ({ operators }) => {
    const vectors = readVectors('tiny-sdxl.expected.safetensors');
    const { MODEL } = await openTiny('tiny-sdxl');
    const { file, config } = MODEL;
    const weights = fileWeights(await openTensorFile(file.path));
    const part = (key: string) => vectors.get(`unet/odd/${key}`);
    const feeds = { x: part('x'), timestep: part('timestep'), context: part('context'), adm: part('adm') };
    const graph = () => writeUnet(config.unet, weights, operators);
    const { out } = await sessions().run({ ...place(file.path), graph }, feeds, '');
    expect(maxRelativeToLargest(out, part('out'))).toBeLessThan(1e-5);
  });

  const control = (key: string) => readVectors('parts.expected.safetensors').get(`control/${key}`);

  async function followed(operators: Operators) {
    const { config, file } = (await openTiny('tiny-sd1')).MODEL;
    const [weights, net] = await Promise.all([
      openTensorFile(file.path),
      openTensorFile(conformanceFile('tiny-sd1.controlnet.safetensors')),
    ]);
    const inputs = { x: control('x'), timestep: control('timestep'), context: control('context') };
    const netGraph = () => writeControlNet(config.unet, fileWeights(originalControlNet(net)), operators);
    const residuals = await sessions().run({ ...place(net.path), graph: netGraph }, { ...inputs, hint: control('hint') }, '');
    const weakened = Object.entries(residuals).map(([name, value]) => [name, map(value, (number) => 0.7 * number)]);
    const graph = () => writeUnet(config.unet, fileWeights(weights), operators, { controlled: true });
    const { out } = await sessions().run({ ...place(file.path), graph }, { ...inputs, ...Object.fromEntries(weakened) }, '');
    return out;
  }

  it.each(forms)('$name compute the same ControlNet, and the same U-Net that follows it', async ({ operators }) => {
    expect(maxRelativeToLargest(await followed(operators), control('unet_0.7_out'))).toBeLessThan(1e-5);
  });

  it('in float16 follow a ControlNet but for rounding', async () => {
    const operators = createOperators({ precision: 'float16', forms: preferredForms.dml, ...onAccelerators });
    expect(maxRelativeToLargest(await followed(operators), control('unet_0.7_out'))).toBeLessThan(5e-3);
  });

  it('in float16 change a U-Net by FreeU but for rounding', async () => {
    const { config, file } = (await openTiny('tiny-sd1')).MODEL;
    const weights = fileWeights(await openTensorFile(file.path));
    const inputs = { x: control('x'), timestep: control('timestep'), context: control('context') };
    const freeU = { version: 2, b1: 1.3, b2: 1.4, s1: 0.9, s2: 0.2 } as const;
    const run = async (operators: Operators) => {
      const graph = () => writeUnet(config.unet, weights, operators, { controlled: false, freeU });
      return (await sessions().run({ ...place(file.path), graph }, inputs, '')).out;
    };
    const half = createOperators({ precision: 'float16', forms: preferredForms.dml, ...onAccelerators });
    expect(maxRelativeToLargest(await run(half), await run(cpuOperators))).toBeLessThan(5e-3);
  });

  it.each([
    [1, 1],
    [2, 3],
    [5, 3],
  ])('compute the same U-Net of %i x %i latents whether its sequences are cut into parts or not', async (height, width) => {
    const { config, file } = (await openTiny('tiny-sd1')).MODEL;
    const weights = fileWeights(await openTensorFile(file.path));
    const inputs = { x: wave([1, 4, height, width]), timestep: wave([1]), context: wave([2, 77, config.unet.context_dim]) };
    const run = async (linear: number) => {
      const operators = { ...cpuOperators, streamAbove: { conv: 1e9, linear } };
      return (await sessions().run({ ...place(file.path), graph: () => writeUnet(config.unet, weights, operators) }, inputs, '')).out;
    };
    expect(maxRelativeToLargest(await run(0), await run(1e9))).toBeLessThan(1e-4);
  });

  it.each(forms)('$name compute the same image encoder', async ({ operators }) => {
    const vectors = readVectors('parts.expected.safetensors');
    const file = await openTensorFile(conformanceFile('tiny-clip-vision.safetensors'));
    const { vision } = await detectClip(file);
    const graph = () => writeVisionEncoder(vision, fileWeights(file), operators);
    const seen = await sessions().run({ ...place(file.path), graph }, { pixels: vectors.get('vision/pixels') }, '');
    expect(maxRelativeToLargest(seen.last_hidden, vectors.get('vision/last_hidden'))).toBeLessThan(1e-5);
    expect(maxRelativeToLargest(seen.embeds, vectors.get('vision/embeds'))).toBeLessThan(1e-5);
  });

  it('in float16 compute the same U-Net but for rounding, with what overflows in float32', async () => {
    const vectors = readVectors('tiny-sd2.expected.safetensors');
    const { file, config } = (await openTiny('tiny-sd2')).MODEL;
    const operators = createOperators({
      precision: 'float16',
      forms: { ...preferredForms.cuda, normalisation: 'float32' },
      ...onAccelerators,
    });
    const weights = fileWeights(await openTensorFile(file.path));
    const part = (key: string) => vectors.get(`unet/odd/${key}`);
    const graph = () => writeUnet(config.unet, weights, operators);
    const feeds = { x: part('x'), timestep: part('timestep'), context: part('context') };
    const { out } = await sessions().run({ ...place(file.path), graph }, feeds, '');
    expect(maxRelativeToLargest(out, part('out'))).toBeLessThan(2e-2);
  });

  it('in float16 compute the same image encoder but for rounding', async () => {
    const vectors = readVectors('parts.expected.safetensors');
    const file = await openTensorFile(conformanceFile('tiny-clip-vision.safetensors'));
    const { vision } = await detectClip(file);
    const operators = createOperators({ precision: 'float16', forms: preferredForms.dml, ...onAccelerators });
    const graph = () => writeVisionEncoder(vision, fileWeights(file), operators);
    const { embeds } = await sessions().run({ ...place(file.path), graph }, { pixels: vectors.get('vision/pixels') }, '');
    expect(maxRelativeToLargest(embeds, vectors.get('vision/embeds'))).toBeLessThan(5e-3);
  });

  it.each(forms)('$name compute the same text encoder', async ({ operators }) => {
    const { CLIP } = await openTiny('tiny-sd2');
    const [{ file, config: text }] = CLIP.encoders;
    const weights = fileWeights(await openTensorFile(file.path));
    const embeddings = wave([2, textPositions, text.width]);
    const feeds = { embeddings, end: { data: BigInt64Array.of(3n, 76n), shape: [2, 1] } };
    const run = (set: Operators) =>
      sessions().run({ ...place(file.path), graph: () => writeTextEncoder(text, text.hidden, weights, set) }, feeds, '');
    const [expected, actual] = [await run(cpuOperators), await run(operators)];
    expect(maxRelativeToLargest(actual.hidden, expected.hidden)).toBeLessThan(1e-5);
    expect(maxRelativeToLargest(actual.pooled, expected.pooled)).toBeLessThan(1e-5);
  });
});

const wave = (shape: readonly number[]) =>
  tensor(
    Float32Array.from({ length: elementCount(shape) }, (_, index) => Math.sin(index * index)),
    shape,
  );
const sessions = () => new Sessions({ budgets: { ram: 2 ** 30, device: 0 }, ladder: [cpuRung], report: () => {} });
const place = (path: string) => ({ key: path, title: path, repeats: false });
