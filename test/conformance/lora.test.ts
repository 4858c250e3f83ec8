import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { encodeText } from '../../nodes/diffusion/clip-text.ts';
import { loraLoader } from '../../nodes/loaders/lora.ts';
import type { ClipRecipe, ModelRecipe } from '../../nodes/types.ts';
import { runNode } from '../run-node.ts';
import { openTiny, referenceFile, testEngine } from './engine.ts';
import { conformanceFile, describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

describeConformance('LoRA', () => {
  const vectors = readVectors('tiny-sd1.expected.safetensors');
  const withLora = async (strength: number) => {
    const { MODEL: model, CLIP: clip } = await openTiny('tiny-sd1');
    const inputs = { model, clip, lora_name: referenceFile('tiny-sd1.lora.safetensors') };
    const outputs = await runNode(loraLoader, { ...inputs, strength_model: strength, strength_clip: strength });
    return outputs as { MODEL: ModelRecipe; CLIP: ClipRecipe };
  };

  // The checkpoint is float16, and so are the changed weights: each is rounded once more than in the reference.
  it('changes what the U-Net predicts as the reference does', async () => {
    const part = (key: string) => vectors.get(`unet/even/${key}`);
    const unet = await testEngine().unet((await withLora(0.8)).MODEL);
    const out = await unet({ x: part('x'), timestep: part('timestep').data, context: part('context') });
    expect(maxRelativeToLargest(out, vectors.get('lora/unet_0.8_out'))).toBeLessThan(3e-4);
    expect(maxRelativeToLargest(out, part('out'))).toBeGreaterThan(0.01);
  });

  it('changes how the text encoder reads as the reference does', async () => {
    const [, prompt] = Object.keys(JSON.parse(readFileSync(conformanceFile('tokens.json'), 'utf8')).prompts);
    const { tokens } = await encodeText(testEngine(), (await withLora(0.6)).CLIP, prompt, () => undefined);
    expect(maxRelativeToLargest(tokens, vectors.get('lora/text_0.6_tokens'))).toBeLessThan(3e-4);
    expect(maxRelativeToLargest(tokens, vectors.get('text/1/tokens'))).toBeGreaterThan(0.01);
  });
});
