import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sd1, sdxl } from '../../test/fixtures/full-size.ts';
import { runNode, testContext } from '../../test/run-node.ts';
import { writeSafetensors } from '../diffusion/safetensors.ts';
import { zeros } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import type { ResultTable } from '../result-table.ts';
import type { ClipRecipe, ModelRecipe } from '../types.ts';
import { loraLoader, loraLoaderModelOnly } from './lora.ts';
import { clipMergeSimple, modelMergeBlocks, modelMergeSimple } from './merge.ts';
import { checkpointRecipes } from './recipes.ts';

let folder: string;
const refer = (name: string) => ({ name, path: join(folder, name), fingerprint: name });
const unetLayer = 'lora_unet_input_blocks_1_1_transformer_blocks_0_attn2_to_k';
const textLayer = 'lora_te_text_model_encoder_layers_0_self_attn_q_proj';
const pair = (layer: string, out: number, input: number) =>
  [
    [`${layer}.lora_up.weight`, zeros([out, 1])],
    [`${layer}.lora_down.weight`, zeros([1, input])],
  ] as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-lora-'));
  await writeSafetensors(join(folder, 'both'), new Map([...pair(unetLayer, 320, 768), ...pair(textLayer, 768, 768)]));
  await writeSafetensors(join(folder, 'unet'), new Map([...pair(unetLayer, 320, 768), ...pair('lora_unet_other_layer', 4, 4)]));
});
afterAll(() => rm(folder, { recursive: true }));

const { MODEL: model, CLIP: clip } = checkpointRecipes({ file: { name: 'base', path: '/base', fingerprint: 'base' } }, sd1);
const large = checkpointRecipes({ file: { name: 'large', path: '/large', fingerprint: 'large' } }, sdxl);
type Outputs = { readonly MODEL: ModelRecipe; readonly CLIP: ClipRecipe };

/** What the patches of the outputs are, in short. */
function patches({ MODEL, CLIP }: Outputs): unknown {
  const short = (list: ModelRecipe['patches'] | ClipRecipe['encoders'][number]['patches'] = []) =>
    list.map((patch) => (patch.kind === 'lora' ? [patch.file.name, patch.strength] : patch.kind));
  return [short(MODEL.patches), ...CLIP.encoders.map((encoder) => short(encoder.patches))];
}

describe('LoraLoader', () => {
  const load = async (name: string, inputs: object = {}, tables: ResultTable[] = []) =>
    (await runNode(
      loraLoader,
      { model, clip, lora_name: refer(name), ...inputs },
      testContext({ showTable: (table) => tables.push(table) }),
    )) as Outputs;

  it('adds to what the model has already, each with its strength', async () => {
    const first = await load('both', { strength_model: 0.8, strength_clip: 0.5 });
    expect(patches(first)).toEqual([[['both', 0.8]], [['both', 0.5]]]);
    const second = await load('unet', { model: first.MODEL, clip: first.CLIP });
    expect(patches(second)).toEqual([
      [
        ['both', 0.8],
        ['unet', 1],
      ],
      [['both', 0.5]],
    ]);
  });

  it('does nothing at a strength of 0, not even open the file', async () => {
    expect(patches(await load('both', { strength_model: 0, strength_clip: 1 }))).toEqual([[], [['both', 1]]]);
    expect(await load('gone', { strength_model: 0, strength_clip: 0 })).toEqual({ MODEL: model, CLIP: clip });
  });

  it('tells how many layers the model does not have', async () => {
    const tables: ResultTable[] = [];
    await load('unet', {}, tables);
    expect(tables[0].rows.map(({ values }) => values)).toEqual([[1], [1]]);
    await load('both', {}, tables);
    expect(tables).toHaveLength(1);
  });

  it('blames its file for a model of another family', async () => {
    const error = await load('both', { model: large.MODEL, clip: large.CLIP }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error instanceof ProblemError && error.problem).toEqual({
      input: 'lora_name',
      what: 'The LoRA "both" was made for Stable Diffusion 1.x, but the model "large" belongs to SDXL.',
      fix: 'Choose a LoRA that was made for SDXL, or another checkpoint.',
    });
  });

  it('cannot change ONNX graphs', async () => {
    const onnx = { inputs: {} } as unknown as ModelRecipe['onnx'];
    await expect(load('both', { model: { ...model, onnx } })).rejects.toThrow('"base" holds ONNX graphs');
  });

  it('of a model only leaves the text encoder out', async () => {
    const { MODEL } = await runNode(loraLoaderModelOnly, { model, lora_name: refer('both') });
    expect(patches({ MODEL: MODEL as ModelRecipe, CLIP: clip })).toEqual([[['both', 1]], []]);
  });
});

describe('merging', () => {
  it('is no change where the first model counts alone', async () => {
    expect(await runNode(modelMergeSimple, { model1: model, model2: model, ratio: 1 })).toEqual({ MODEL: model });
    expect(await runNode(modelMergeBlocks, { model1: model, model2: model })).toEqual({ MODEL: model });
    expect(await runNode(clipMergeSimple, { clip1: clip, clip2: clip })).toEqual({ CLIP: clip });
  });

  it('takes networks of one build only', async () => {
    await expect(runNode(modelMergeSimple, { model1: model, model2: large.MODEL, ratio: 0.5 })).rejects.toThrow(
      'The models "base" and "large" cannot be merged: their networks are not built alike.',
    );
    await expect(runNode(clipMergeSimple, { clip1: clip, clip2: large.CLIP, ratio: 0.5 })).rejects.toThrow(
      'The text encoders of "base" and "large" cannot be merged',
    );
  });
});
