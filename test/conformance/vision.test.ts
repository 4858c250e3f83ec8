import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../electron/library/temporary-folder.fixture.ts';
import { clipPixels } from '../../nodes/diffusion/clip-pixels.ts';
import { detectClip } from '../../nodes/diffusion/detect-clip.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { concatBatch, type Tensor } from '../../nodes/diffusion/tensor.ts';
import type { FileRef } from '../../nodes/types.ts';
import { transposed } from '../fixtures/small-clip.ts';
import { referenceFile, testEngine } from './engine.ts';
import { describeConformance, largestDifference, maxRelativeToLargest, readVectors } from './vectors.ts';

const tiny = 'tiny-clip-vision.safetensors';

describeConformance('image encoder', () => {
  const vectors = readVectors('parts.expected.safetensors');

  async function expectReference(file: FileRef): Promise<void> {
    const config = await detectClip(await openTensorFile(file.path));
    const seen = await testEngine().encodeVision({ recipe: 'clip_vision', file, config }, vectors.get('vision/pixels'));
    expect(maxRelativeToLargest(seen.lastHidden, vectors.get('vision/last_hidden'))).toBeLessThan(1e-5);
    expect(maxRelativeToLargest(seen.penultimate, vectors.get('vision/penultimate'))).toBeLessThan(1e-5);
    expect(maxRelativeToLargest(seen.embeds, vectors.get('vision/embeds'))).toBeLessThan(1e-5);
  }

  it('prepares pictures as the reference does', () => {
    const pixels = clipPixels(vectors.get('vision/image'), 32, 'center');
    expect(largestDifference(pixels, vectors.get('vision/pixels'))).toBeLessThan(1e-6);
  });

  it('sees what the reference sees', () => expectReference(referenceFile(tiny)));

  it('sees the same with the same weights under the names of OpenCLIP', async () => {
    const path = join(temporaryFolder(), 'open-clip.safetensors');
    const description = JSON.stringify({ heads: 4, activation: 'quick_gelu' });
    await writeSafetensors(path, openClipNames(readVectors(tiny).tensors), { 'weft.config': description });
    await expectReference({ name: 'open-clip', path, fingerprint: 'open-clip' });
  });
});

const places: readonly (readonly [RegExp, string])[] = [
  [/^vision_model\.embeddings\.class_embedding$/, 'visual.class_embedding'],
  [/^vision_model\.embeddings\.patch_embedding/, 'visual.conv1'],
  [/^vision_model\.embeddings\.position_embedding\.weight$/, 'visual.positional_embedding'],
  [/^vision_model\.pre_layrnorm/, 'visual.ln_pre'],
  [/^vision_model\.post_layernorm/, 'visual.ln_post'],
  [/^vision_model\.encoder\.layers/, 'visual.transformer.resblocks'],
  [/layer_norm/, 'ln_'],
  [/self_attn\.out_proj/, 'attn.out_proj'],
  [/mlp\.fc1/, 'mlp.c_fc'],
  [/mlp\.fc2/, 'mlp.c_proj'],
];

/** The tensors of a transformers image encoder as OpenCLIP keeps them: q, k and v stacked, the projection turned round. */
function openClipNames(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const renamed = new Map<string, Tensor>();
  for (const [key, value] of tensors) {
    const projection = /^vision_model\.encoder\.(layers\.\d+)\.self_attn\.q_proj\.(weight|bias)$/.exec(key);
    if (projection !== null) {
      const parts = ['q', 'k', 'v'].map((part) => tensors.get(key.replace('q_proj', `${part}_proj`)) ?? value);
      renamed.set(`visual.transformer.${projection[1].replace('layers', 'resblocks')}.attn.in_proj_${projection[2]}`, concatBatch(parts));
    } else if (key === 'visual_projection.weight') renamed.set('visual.proj', transposed(value));
    else if (!/[kv]_proj/.test(key))
      renamed.set(
        places.reduce((name, [from, to]) => name.replace(from, to), key),
        value,
      );
  }
  return renamed;
}
