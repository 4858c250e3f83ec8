import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeDefinition } from '../../../nodes/define.ts';
import { admVector, sizesBehind } from '../../../nodes/diffusion/adm.ts';
import { GraphBuilder } from '../../../nodes/diffusion/onnx/graph.ts';
import { encodeModel } from '../../../nodes/diffusion/onnx/proto.ts';
import { sinusoid } from '../../../nodes/diffusion/sinusoid.ts';
import { filled, tensor } from '../../../nodes/diffusion/tensor.ts';
import { diffusersLoader } from '../../../nodes/loaders/diffusers.ts';
import { hypernetworkLoader } from '../../../nodes/loaders/hypernetwork.ts';
import { loraLoader, loraLoaderModelOnly } from '../../../nodes/loaders/lora.ts';
import { modelMergeSimple } from '../../../nodes/loaders/merge.ts';
import { ProblemError } from '../../../nodes/problem.ts';
import { deepCache, int8Model } from '../../../nodes/sampling/faster.ts';
import { freeU, freeUV2 } from '../../../nodes/sampling/free-u.ts';
import type { ClipRecipe, ModelRecipe, VaeRecipe } from '../../../nodes/types.ts';
import { sdxl } from '../../../test/fixtures/full-size.ts';
import { runNode } from '../../../test/run-node.ts';
import { createEngine } from '../engine.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-optimum-'));
});
afterEach(() => rm(folder, { recursive: true }));

const engine = createEngine({ budgetBytes: 2 ** 28 });

async function write(part: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(folder, part)), { recursive: true });
  await writeFile(join(folder, part), bytes);
}

async function open(): Promise<{ MODEL: ModelRecipe; CLIP: ClipRecipe; VAE: VaeRecipe }> {
  return (await runNode(diffusersLoader, { model_path: { name: 'exported', path: folder, fingerprint: folder } })) as Awaited<
    ReturnType<typeof open>
  >;
}

const toFloat = { attributes: { to: 1 } };

/** out_sample = sample + timestep + the mean of the prompt [+ the means of SDXL's pooled prompt and sizes]. */
async function writeUnet(width: number, isXl: boolean): Promise<void> {
  const graph = new GraphBuilder('unet');
  const mean = (x: { name: string }) => graph.node('ReduceMean', [x], { attributes: { keepdims: 0 } });
  const sample = graph.input('sample', 'float32', ['batch', 'channels', 'height', 'width']);
  const timestep = graph.node('Cast', [graph.input('timestep', 'int64', ['steps'])], toFloat);
  const context = graph.input('encoder_hidden_states', 'float32', ['batch', 'length', width]);
  let sum = graph.node('Add', [graph.node('Add', [sample, timestep]), mean(context)]);
  if (isXl) {
    sum = graph.node('Add', [sum, mean(graph.input('text_embeds', 'float32', ['batch', 1280]))]);
    sum = graph.node('Add', [sum, mean(graph.input('time_ids', 'float32', ['batch', 6]))]);
  }
  graph.output('out_sample', sum, ['batch', 4, 'height', 'width']);
  await write('unet/model.onnx', graph.build().model);
}

/** Every state is the token's id plus the state's number; the pooled output is the mean of the ids. */
async function writeText(part: string, width: number, pooled: 'pooler_output' | 'text_embeds'): Promise<void> {
  const graph = new GraphBuilder('text');
  const ids = graph.node('Cast', [graph.input('input_ids', 'int64', ['batch', 77])], toFloat);
  const wide = graph.node('Expand', [graph.node('Unsqueeze', [ids, graph.ints([2])]), graph.ints([1, 77, width])]);
  graph.output('last_hidden_state', wide, ['batch', 77, width]);
  const mean = graph.node('ReduceMean', [ids], { attributes: { keepdims: 1 } });
  graph.output(pooled, graph.node('Expand', [mean, graph.ints([1, width])]), ['batch', width]);
  for (let at = 0; at < 3; at++) graph.output(`hidden_states.${at}`, graph.node('Add', [wide, graph.floats(at + 1)]), ['batch', 77, width]);
  await write(`${part}/model.onnx`, graph.build().model);
}

/** The mean over all channels of one latent pixel for each picture's pixel, and back. */
async function writeVae(): Promise<void> {
  for (const [part, input, output, channels] of [
    ['vae_decoder', 'latent_sample', 'sample', 3],
    ['vae_encoder', 'sample', 'latent_sample', 4],
  ] as const) {
    const graph = new GraphBuilder(part);
    const x = graph.input(input, 'float32', ['batch', 'channels', 'height', 'width']);
    const mean = graph.node('ReduceMean', [x, graph.ints([1])], { attributes: { keepdims: 1 } });
    graph.output(output, graph.node('Expand', [mean, graph.ints([1, channels, 1, 1])]), ['batch', channels, 'height', 'width']);
    await write(`${part}/model.onnx`, graph.build().model);
  }
}

const chunk = (id: number) => Array.from({ length: 77 }, () => ({ id, weight: 1 }));
const problemOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProblemError);
  return String(error);
};

const nothing = { name: 'nothing', path: '/nothing', fingerprint: 'nothing' };
/** What changes a model's network or its weights; files are not looked at. */
const changes: readonly (readonly [NodeDefinition, Record<string, unknown>])[] = [
  [loraLoader, { lora_name: nothing }],
  [loraLoaderModelOnly, { lora_name: nothing }],
  [hypernetworkLoader, { hypernetwork_name: nothing }],
  [modelMergeSimple, { ratio: 0.5 }],
  [int8Model, {}],
  [deepCache, {}],
  [freeU, {}],
  [freeUV2, {}],
];

describe('a folder of ONNX graphs', () => {
  it('of SD1 runs by the names and number formats that its graphs state', async () => {
    await writeUnet(768, false);
    await writeText('text_encoder', 768, 'pooler_output');
    await writeVae();
    await write('unet/config.json', '{"in_channels": 4}');
    await write('scheduler/scheduler_config.json', '{"prediction_type": "v_prediction", "rescale_betas_zero_snr": true}');
    const { MODEL, CLIP, VAE } = await open();
    expect(MODEL.config).toMatchObject({ family: 'sd1', schedule: { prediction: 'v', zero_terminal_snr: true } });
    const unet = await engine.unet(MODEL);
    const out = await unet({ x: filled([2, 4, 2, 3], 0.5), timestep: Float32Array.of(7, 7), context: filled([2, 77, 768], 0.25) });
    expect(out).toEqual(filled([2, 4, 2, 3], 7.75));
    const [{ hidden, pooled }] = await engine.encodeTokens(CLIP, [[chunk(3), chunk(5)]]);
    expect([hidden.shape, hidden.data[0], hidden.data[77 * 768]]).toEqual([[2, 77, 768], 3, 5]);
    expect([pooled.shape, pooled.data[0], pooled.data[768]]).toEqual([[2, 768], 3, 5]);
    expect(await engine.decode(VAE, filled([1, 4, 2, 2], 3))).toEqual(filled([1, 3, 2, 2], 3));
    const moments = await engine.encode(VAE, filled([1, 3, 2, 2], 3));
    expect(moments).toEqual(tensor(Float32Array.of(...Array(16).fill(3), ...Array(16).fill(-30)), [1, 8, 2, 2]));
  });

  it('of SDXL gets its pooled prompt and its sizes apart, and gives the layer before the last', async () => {
    await writeUnet(2048, true);
    await writeText('text_encoder', 768, 'pooler_output');
    await writeText('text_encoder_2', 1280, 'text_embeds');
    await writeVae();
    const { MODEL, CLIP } = await open();
    expect(MODEL.config.unet.adm_channels).toBe(2816);
    const pooledOutput = filled([1, 1280], 2);
    const adm = admVector(sdxl, { pooledOutput, pictureSize: { height: 600, width: 900 } }, { height: 8, width: 8 }, 'positive');
    const unet = await engine.unet(MODEL);
    const x = filled([1, 4, 1, 1], 0);
    const out = await unet({
      x,
      timestep: Float32Array.of(0),
      context: filled([1, 77, 2048], 0),
      ...(adm && { adm: tensor(adm, [1, 2816]) }),
    });
    expect(out.data[0]).toBeCloseTo(2 + (600 + 900 + 0 + 0 + 600 + 900) / 6, 3);
    const [first, second] = await engine.encodeTokens(CLIP, [[chunk(3)], [chunk(5)]]);
    expect([first.hidden.data[0], second.hidden.data[0], second.pooled.data[0]]).toEqual([5, 7, 5]);
    expect((await engine.encodeTokens({ ...CLIP, stopAtLayer: -1 }, [[chunk(3)], [chunk(5)]]))[0].hidden.data[0]).toBe(6);
  });

  it('cannot be changed, and says so', async () => {
    await writeUnet(768, false);
    await writeText('text_encoder', 768, 'pooler_output');
    await writeVae();
    const { MODEL, CLIP } = await open();
    for (const [change, inputs] of changes) {
      const changing = runNode(change, { model: MODEL, model1: MODEL, model2: MODEL, clip: CLIP, ...inputs });
      expect(await problemOf(changing)).toMatch(/^ProblemError: "exported" holds ONNX graphs, .* Leave this node out, or choose/);
    }
    expect(await problemOf(engine.unet(MODEL, { controlled: true }))).toContain('ControlNets');
    expect(await problemOf(engine.encodeTokens({ ...CLIP, stopAtLayer: -2 }, [[chunk(3)]]))).toContain('does not give out its layer -2');
    const vector = { vector: new Float32Array(768), weight: 1 };
    expect(await problemOf(engine.encodeTokens(CLIP, [[[vector]]]))).toContain('textual inversions');
  });

  it.each([
    [
      'an operator of somebody else',
      { op: 'Evil', domain: 'com.microsoft', inputs: ['sample'], outputs: ['out_sample'], attributes: {} },
      {},
      'cannot load',
    ],
    ['weights outside of its folder', undefined, { location: '../../secret' }, 'outside of its own folder'],
  ] as const)('is refused for %s', async (_, node, external, sentence) => {
    await writeText('text_encoder', 768, 'pooler_output');
    await writeVae();
    const value = (name: string) => ({ name, type: 'float32', dims: [1, 4, 768] }) as const;
    const weights = {
      name: 'w',
      type: 'float32',
      dims: [1],
      data: { kind: 'external', offset: 0, length: 4, location: 'w', ...external },
    } as const;
    const model = encodeModel({
      name: 'unet',
      opset: 21,
      nodes: [node ?? { op: 'Add', domain: '', inputs: ['sample', 'w'], outputs: ['out_sample'], attributes: {} }],
      initializers: node === undefined ? [weights] : [],
      inputs: ['sample', 'timestep', 'encoder_hidden_states'].map(value),
      outputs: [value('out_sample')],
    });
    await write('unet/model.onnx', model);
    expect(await problemOf(open().then(({ MODEL }) => engine.unet(MODEL)))).toContain(sentence);
  });

  it('says which part is missing', async () => {
    await writeUnet(768, false);
    expect(await problemOf(open())).toMatch(/no text encoder.*"text_encoder"/);
  });
});

describe('sizesBehind', () => {
  it('finds every size that a picture can have, and scores to a hundredth', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000_000), { minLength: 1, maxLength: 6 }), (hundredths) => {
        const values = hundredths.map((value) => value / 100);
        const vector = Float32Array.from(values.flatMap((value) => [...sinusoid(value, 256)]));
        expect(sizesBehind(vector)).toEqual(values);
      }),
    );
  });
});
