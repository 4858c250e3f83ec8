import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveCheckpoint } from '../../electron/workers/checkpoints.ts';
import type { NodeContext } from '../../nodes/context.ts';
import { encodeText } from '../../nodes/diffusion/clip-text.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { checkpointLoaderSimple } from '../../nodes/loaders/checkpoint.ts';
import { loraLoader } from '../../nodes/loaders/lora.ts';
import { clipMergeSimple, modelMergeSimple } from '../../nodes/loaders/merge.ts';
import type { checkpointRecipes } from '../../nodes/loaders/recipes.ts';
import { checkpointSave } from '../../nodes/loaders/save-checkpoint.ts';
import { runNode, testContext } from '../run-node.ts';
import { openTiny, referenceFile, testEngine } from './engine.ts';
import { describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

type Recipes = ReturnType<typeof checkpointRecipes>;

let output: string;
beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'weft-save-'));
});
afterAll(() => rm(output, { recursive: true }));

/** A context whose output folder is a temporary one; each tensor that is written is counted. */
function savingContext(engine: DiffusionEngine, pause = async () => {}): NodeContext {
  return testContext({
    engine,
    saveCheckpoint: async (checkpoint) => {
      await saveCheckpoint(checkpoint, { folders: { output, temp: output }, workflow: '{"nodes":{}}' }, pause);
    },
  });
}

/** Saves the networks and loads what was saved. */
async function savedAndLoaded(recipes: Recipes, prefix: string): Promise<Recipes> {
  const { MODEL: model, CLIP: clip, VAE: vae } = recipes;
  await runNode(checkpointSave, { model, clip, vae, filename_prefix: `checkpoints/${prefix}` }, savingContext(testEngine()));
  const path = join(output, 'checkpoints', `${prefix}_00001_.safetensors`);
  const loaded = await runNode(checkpointLoaderSimple, { ckpt_name: { name: prefix, path, fingerprint: prefix } });
  return loaded as Recipes;
}

describeConformance('a saved checkpoint', () => {
  const compute = async ({ MODEL: model, CLIP: clip, VAE: vae }: Recipes, name: string) => {
    const engine = testEngine();
    const vectors = readVectors(`${name}.expected.safetensors`);
    const part = (key: string) => vectors.get(`unet/even/${key}`);
    const unet = await engine.unet(model);
    const adm = vectors.tensors.has('unet/even/adm') ? part('adm') : undefined;
    const { tokens, pooledOutput } = await encodeText(engine, clip, 'a (red:1.3) house', () => undefined);
    const out = await unet({ x: part('x'), timestep: part('timestep').data, context: part('context'), adm });
    return [out, tokens, pooledOutput, await engine.decode(vae, vectors.get('vae/z'))];
  };

  it.each(['tiny-sd1', 'tiny-sdxl'] as const)('of %s computes what the loaded one does, to the bit', async (name) => {
    const recipes = await openTiny(name);
    const saved = await savedAndLoaded(recipes, name);
    expect(await compute(saved, name)).toEqual(await compute(recipes, name));
  });

  it('holds its LoRA, and its workflow', async () => {
    const { MODEL: model, CLIP: clip, VAE } = await openTiny('tiny-sd1');
    const inputs = { model, clip, lora_name: referenceFile('tiny-sd1.lora.safetensors'), strength_model: 0.8, strength_clip: 0.6 };
    const { MODEL, CLIP } = (await runNode(loraLoader, inputs)) as Recipes;
    const saved = await savedAndLoaded({ MODEL, CLIP, VAE }, 'with-lora');
    expect(saved.MODEL.patches).toBeUndefined();
    // The weights are the same; those of convolutions are packed for other kernels where they are part of the session.
    const expected = await compute({ MODEL, CLIP, VAE }, 'tiny-sd1');
    for (const [index, actual] of (await compute(saved, 'tiny-sd1')).entries()) {
      const same = expected[index];
      if (actual !== undefined && same !== undefined) expect(maxRelativeToLargest(actual, same)).toBeLessThan(1e-5);
    }
    const file = await openTensorFile(join(output, 'checkpoints/with-lora_00001_.safetensors'));
    expect(file.metadata.get('workflow')).toBe('{"nodes":{}}');
  });

  it('holds the mean of two models', async () => {
    const [one, two] = [await openTiny('tiny-sdxl'), await openTiny('tiny-sdxl')];
    const merged = {
      ...(await runNode(modelMergeSimple, { model1: one.MODEL, model2: two.MODEL, ratio: 0.5 })),
      ...(await runNode(clipMergeSimple, { clip1: one.CLIP, clip2: two.CLIP, ratio: 0.5 })),
      VAE: one.VAE,
    } as Recipes;
    // The mean of a model with itself is the model itself.
    const saved = await savedAndLoaded(merged, 'merged');
    expect(await compute(saved, 'tiny-sdxl')).toEqual(await compute(one, 'tiny-sdxl'));
  });

  it('is written whole or not at all', async () => {
    const { MODEL: model, CLIP: clip, VAE: vae } = await openTiny('tiny-sd1');
    let left = 20;
    const context = savingContext(testEngine(), async () => {
      left -= 1;
      if (left === 0) throw new Error('cancelled');
    });
    await expect(runNode(checkpointSave, { model, clip, vae, filename_prefix: 'half/done' }, context)).rejects.toThrow('cancelled');
    expect(await readdir(join(output, 'half'))).toEqual([]);
  });

  it('takes no text encoder of another family', async () => {
    const { MODEL: model, VAE: vae } = await openTiny('tiny-sd1');
    const { CLIP: clip } = await openTiny('tiny-sdxl');
    const saving = runNode(checkpointSave, { model, clip, vae }, savingContext(testEngine()));
    await expect(saving).rejects.toThrow('The text encoder belongs to a family that reads text 80 numbers wide');
  });
});
