import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeText } from '../../nodes/diffusion/clip-text.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { map, type Tensor } from '../../nodes/diffusion/tensor.ts';
import { readTensor } from '../../nodes/diffusion/tensor-file.ts';
import { loraLoader } from '../../nodes/loaders/lora.ts';
import type { ClipRecipe, FileRef, ModelRecipe } from '../../nodes/types.ts';
import { runNode } from '../run-node.ts';
import { openTiny, referenceFile, testEngine } from './engine.ts';
import { conformanceFile, describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-lora-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The modules of the diffusers and transformers libraries that the layers of the reference file are. */
const modules: Readonly<Record<string, string>> = {
  lora_te_text_model_encoder_layers_0_mlp_fc1: 'text_encoder.text_model.encoder.layers.0.mlp.fc1',
  lora_te_text_model_encoder_layers_2_self_attn_v_proj: 'text_encoder.text_model.encoder.layers.2.self_attn.v_proj',
  lora_unet_down_blocks_0_attentions_1_transformer_blocks_0_attn2_to_k: 'unet.down_blocks.0.attentions.1.transformer_blocks.0.attn2.to_k',
  lora_unet_down_blocks_1_resnets_0_conv1: 'unet.down_blocks.1.resnets.0.conv1',
  lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q: 'unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q',
  lora_unet_mid_block_attentions_0_transformer_blocks_0_ff_net_0_proj: 'unet.mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj',
  lora_unet_up_blocks_1_attentions_0_proj_in: 'unet.up_blocks.1.attentions.0.proj_in',
};

/** The reference LoRA as the DreamBooth trainers of diffusers save theirs: under the names of modules, and without alphas. */
async function dreamBoothLora(up: string, down: string): Promise<ReadonlyMap<string, Tensor>> {
  const file = await openTensorFile(conformanceFile('tiny-sd1.lora.safetensors'));
  const tensors = Object.entries(modules).map(async ([layer, module]): Promise<[string, Tensor][]> => {
    const [upper, lower] = await Promise.all(['up', 'down'].map((side) => readTensor(file, `${layer}.lora_${side}.weight`)));
    const rank = lower.shape[0];
    const alpha = file.tensors.has(`${layer}.alpha`) ? (await readTensor(file, `${layer}.alpha`)).data[0] : rank;
    return [
      [`${module}${up}`, map(upper, (weight) => (alpha / rank) * weight)],
      [`${module}${down}`, lower],
    ];
  });
  return new Map((await Promise.all(tensors)).flat());
}

describeConformance('LoRA', () => {
  const vectors = readVectors('tiny-sd1.expected.safetensors');
  const [, prompt] = Object.keys(JSON.parse(readFileSync(conformanceFile('tokens.json'), 'utf8')).prompts);
  const withLora = async (lora: FileRef) => {
    const { MODEL: model, CLIP: clip } = await openTiny('tiny-sd1');
    const outputs = await runNode(loraLoader, { model, clip, lora_name: lora, strength_model: 0.8, strength_clip: 0.6 });
    return outputs as { MODEL: ModelRecipe; CLIP: ClipRecipe };
  };

  // The checkpoint is float16, and so are the changed weights: each is rounded once more than in the reference.
  const expectUnet = async ({ MODEL: model }: { MODEL: ModelRecipe }) => {
    const part = (key: string) => vectors.get(`unet/even/${key}`);
    const unet = await testEngine().unet(model);
    const out = await unet({ x: part('x'), timestep: part('timestep').data, context: part('context') });
    expect(maxRelativeToLargest(out, vectors.get('lora/unet_0.8_out'))).toBeLessThan(3e-4);
    expect(maxRelativeToLargest(out, part('out'))).toBeGreaterThan(0.01);
  };
  const expectText = async ({ CLIP: clip }: { CLIP: ClipRecipe }) => {
    const { tokens } = await encodeText(testEngine(), clip, prompt, () => undefined);
    expect(maxRelativeToLargest(tokens, vectors.get('lora/text_0.6_tokens'))).toBeLessThan(3e-4);
    expect(maxRelativeToLargest(tokens, vectors.get('text/1/tokens'))).toBeGreaterThan(0.01);
  };

  it('changes what the U-Net predicts as the reference does', async () => {
    await expectUnet(await withLora(referenceFile('tiny-sd1.lora.safetensors')));
  });

  it('changes how the text encoder reads as the reference does', async () => {
    await expectText(await withLora(referenceFile('tiny-sd1.lora.safetensors')));
  });

  it.each([
    ['of PEFT', '.lora_B.weight', '.lora_A.weight'],
    ['of diffusers', '.lora.up.weight', '.lora.down.weight'],
    ['of older diffusers', '.lora_linear_layer.up.weight', '.lora_linear_layer.down.weight'],
  ])('of a DreamBooth training, under the names %s, does the same', async (name, up, down) => {
    const path = join(folder, `${name}.safetensors`);
    await writeSafetensors(path, await dreamBoothLora(up, down));
    const changed = await withLora({ name, path, fingerprint: name });
    await expectUnet(changed);
    await expectText(changed);
  });
});
