import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeText } from '../../nodes/diffusion/clip-text.ts';
import { unetPrefix } from '../../nodes/diffusion/models/unet.ts';
import { vaePrefix } from '../../nodes/diffusion/models/vae.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { type Tensor, tensor } from '../../nodes/diffusion/tensor.ts';
import { readTensor } from '../../nodes/diffusion/tensor-file.ts';
import { type TestValue, writeTorchLegacy, writeTorchZip } from '../../nodes/diffusion/torch/torch-file.fixture.ts';
import { checkpointLoaderSimple } from '../../nodes/loaders/checkpoint.ts';
import { clipLoader, dualClipLoader } from '../../nodes/loaders/clip.ts';
import { diffusersLoader } from '../../nodes/loaders/diffusers.ts';
import { unetLoader } from '../../nodes/loaders/unet.ts';
import { vaeLoader } from '../../nodes/loaders/vae.ts';
import type { ClipRecipe, FileRef, ModelRecipe, VaeRecipe } from '../../nodes/types.ts';
import { diffusersUnetKey, diffusersVaeKey } from '../fixtures/diffusers-names.ts';
import { runNode } from '../run-node.ts';
import { openTiny, testEngine } from './engine.ts';
import { conformanceFile, describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-layouts-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Tensors = ReadonlyMap<string, Tensor>;
const refer = (path: string): FileRef => ({ name: 'some model', path, fingerprint: path });

async function readTiny(
  name: 'tiny-sd1' | 'tiny-sdxl',
): Promise<{ tensors: Tensors; config: Record<string, unknown> & { text: { prefix: string }[] } }> {
  const file = await openTensorFile(conformanceFile(`${name}.safetensors`));
  const tensors = [...file.tensors.keys()].map(async (key) => [key, await readTensor(file, key)] as const);
  return { tensors: new Map(await Promise.all(tensors)), config: JSON.parse(file.metadata.get('weft.config') ?? '') };
}

/** What lies below a prefix, under other names. */
function below(tensors: Tensors, prefix: string, name: (key: string) => string): Tensors {
  return new Map(
    [...tensors].flatMap(([key, value]) => (key.startsWith(prefix) ? [[name(key.slice(prefix.length)), value] as const] : [])),
  );
}

/** OpenCLIP's text encoder as transformers stores it: query, key and value apart, the projection turned. */
function transformersText(tensors: Tensors, prefix: string): Tensors {
  const names: readonly (readonly [string | RegExp, string])[] = [
    ['positional_embedding', 'text_model.embeddings.position_embedding.weight'],
    ['token_embedding', 'text_model.embeddings.token_embedding'],
    ['ln_final', 'text_model.final_layer_norm'],
    ['transformer.resblocks', 'text_model.encoder.layers'],
    ['attn.out_proj', 'self_attn.out_proj'],
    ['mlp.c_fc', 'mlp.fc1'],
    ['mlp.c_proj', 'mlp.fc2'],
    [/ln_(\d)/, 'layer_norm$1'],
  ];
  const renamed = (key: string) => names.reduce((name, [from, to]) => name.replace(from, to), key);
  const result = new Map<string, Tensor>();
  for (const [key, value] of below(tensors, prefix, (name) => name)) {
    const [, block, kind] = /^(.*)attn\.in_proj_(weight|bias)$/.exec(key) ?? [];
    if (block !== undefined) {
      const third = value.data.length / 3;
      for (const [at, part] of ['q', 'k', 'v'].entries()) {
        const shape = [value.shape[0] / 3, ...value.shape.slice(1)];
        result.set(`${renamed(block)}self_attn.${part}_proj.${kind}`, tensor(value.data.slice(at * third, (at + 1) * third), shape));
      }
    } else if (key === 'text_projection') {
      const [rows, columns] = value.shape;
      const turned = Float32Array.from(value.data, (_, at) => value.data[(at % rows) * columns + Math.floor(at / rows)]);
      result.set('text_projection.weight', tensor(turned, [columns, rows]));
    } else result.set(renamed(key), value);
  }
  return result;
}

/** The description of a text encoder of SDXL in a file of its own, in the layout of transformers. */
function textAlone(config: Record<string, unknown> & { text: object[] }, place: number): Record<string, string> {
  const own = { ...config.text[place], layout: 'transformers', prefix: 'text_model.' };
  return { 'weft.config': JSON.stringify({ ...config, text: config.text.map(() => own) }) };
}

/** Compares what recipes compute with the reference numbers of a checkpoint. */
async function expectAsReference(name: string, { MODEL, CLIP, VAE }: { MODEL?: ModelRecipe; CLIP?: ClipRecipe; VAE?: VaeRecipe }) {
  const vectors = readVectors(`${name}.expected.safetensors`);
  const engine = testEngine();
  if (MODEL !== undefined) {
    const part = (key: string) => vectors.get(`unet/even/${key}`);
    const adm = vectors.tensors.has('unet/even/adm') ? part('adm') : undefined;
    const out = await (await engine.unet(MODEL))({ x: part('x'), timestep: part('timestep').data, context: part('context'), adm });
    expect(maxRelativeToLargest(out, part('out'))).toBeLessThan(1e-5);
  }
  if (CLIP !== undefined) {
    const { CLIP: original } = await openTiny(name === 'tiny-sd1' ? 'tiny-sd1' : 'tiny-sdxl');
    const prompt = 'a red (house:1.2) by the sea';
    const [expected, actual] = await Promise.all([original, CLIP].map((clip) => encodeText(engine, clip, prompt, () => undefined)));
    expect(maxRelativeToLargest(actual.tokens, expected.tokens)).toBeLessThan(1e-5);
    expect(actual.pooledOutput && expected.pooledOutput && maxRelativeToLargest(actual.pooledOutput, expected.pooledOutput)).toBeLessThan(
      1e-5,
    );
  }
  if (VAE !== undefined) {
    expect(maxRelativeToLargest(await engine.decode(VAE, vectors.get('vae/z')), vectors.get('vae/decoded'))).toBeLessThan(1e-5);
    expect(maxRelativeToLargest(await engine.encode(VAE, vectors.get('vae/image')), vectors.get('vae/moments'))).toBeLessThan(1e-5);
  }
}

describeConformance('layouts', () => {
  it('a folder of diffusers computes what the checkpoint does', async () => {
    const { tensors, config } = await readTiny('tiny-sdxl');
    const { MODEL } = await openTiny('tiny-sdxl');
    const root = join(folder, 'tiny-xl');
    const stated = { 'weft.config': JSON.stringify(config) };
    const unet = below(tensors, unetPrefix, (key) => diffusersUnetKey(key, MODEL.config.unet));
    const vae = below(tensors, vaePrefix, (key) => diffusersVaeKey(key));
    const first = below(tensors, config.text[0].prefix, (key) => `text_model.${key}`);
    await writeSafetensors(join(root, 'unet/diffusion_pytorch_model.safetensors'), unet, stated);
    await writeSafetensors(join(root, 'vae/diffusion_pytorch_model.safetensors'), vae, stated);
    await writeSafetensors(join(root, 'text_encoder/model.safetensors'), first, textAlone(config, 0));
    await writeSafetensors(
      join(root, 'text_encoder_2/model.safetensors'),
      transformersText(tensors, config.text[1].prefix),
      textAlone(config, 1),
    );
    await expectAsReference('tiny-sdxl', await runNode(diffusersLoader, { model_path: refer(root) }));
  });

  it.each([
    ['the present format', writeTorchZip],
    ['the format of before version 1.6', writeTorchLegacy],
  ])('a .ckpt in %s computes what the checkpoint does', async (_, write) => {
    const { tensors, config } = await readTiny('tiny-sd1');
    const state = new Map([...tensors].map(([key, { data, shape }]): [string, TestValue] => [key, { tensor: { values: data, shape } }]));
    const path = join(folder, 'model.ckpt');
    await write(
      path,
      new Map<string, TestValue>([
        ['weft.config', JSON.stringify(config)],
        ['state_dict', state],
      ]),
    );
    await expectAsReference('tiny-sd1', await runNode(checkpointLoaderSimple, { ckpt_name: refer(path) }));
  });

  it('parts alone compute what the checkpoint does', async () => {
    const { tensors, config } = await readTiny('tiny-sd1');
    const { MODEL } = await openTiny('tiny-sd1');
    const write = async (name: string, part: Tensors, changes: object = {}) => {
      await writeSafetensors(join(folder, name), part, { 'weft.config': JSON.stringify({ ...config, ...changes }) });
      return refer(join(folder, name));
    };
    const text = [{ ...config.text[0], prefix: 'text_model.' }];
    const unet = await write(
      'unet.safetensors',
      below(tensors, unetPrefix, (key) => diffusersUnetKey(key, MODEL.config.unet)),
    );
    const vae = await write(
      'vae.safetensors',
      below(tensors, vaePrefix, (key) => diffusersVaeKey(key, 'old')),
    );
    const clip = await write(
      'clip.safetensors',
      below(tensors, config.text[0].prefix, (key) => `text_model.${key}`),
      { text },
    );
    await expectAsReference('tiny-sd1', {
      ...(await runNode(unetLoader, { unet_name: unet, weight_dtype: 'default' })),
      ...(await runNode(vaeLoader, { vae_name: vae })),
      ...(await runNode(clipLoader, { clip_name: clip, type: 'stable_diffusion' })),
    });
  });

  it('the two text encoders of SDXL alone compute what the checkpoint does', async () => {
    const { tensors, config } = await readTiny('tiny-sdxl');
    const [one, two] = ['clip_l.safetensors', 'clip_g.safetensors'].map((name) => join(folder, name));
    const first = below(tensors, config.text[0].prefix, (key) => `text_model.${key}`);
    await writeSafetensors(one, first, textAlone(config, 0));
    await writeSafetensors(two, transformersText(tensors, config.text[1].prefix), textAlone(config, 1));
    await expectAsReference('tiny-sdxl', await runNode(dualClipLoader, { clip_name1: refer(one), clip_name2: refer(two) }));
  });
});
