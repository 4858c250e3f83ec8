import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../electron/library/temporary-folder.fixture.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { filled } from '../../nodes/diffusion/tensor.ts';
import { unclipCheckpointLoader } from '../../nodes/loaders/unclip-checkpoint.ts';
import { clipVisionEncode } from '../../nodes/vision/encode.ts';
import { openClipNames, smallClip } from '../fixtures/small-clip.ts';
import { runNode, testContext } from '../run-node.ts';
import { referenceFile, testEngine } from './engine.ts';
import { conformanceFile, describeConformance, readVectors } from './vectors.ts';

describeConformance('unCLIPCheckpointLoader', () => {
  const name = 'tiny-sd2.safetensors';

  it('opens the image encoder that lies beside the networks of a checkpoint', async () => {
    const { metadata } = await openTensorFile(conformanceFile(name));
    const encoder = [...openClipNames(smallClip())].flatMap(([key, value]) =>
      key.startsWith('visual.') ? [[`embedder.model.${key}`, value] as const] : [],
    );
    const path = join(temporaryFolder(), 'unclip.safetensors');
    await writeSafetensors(path, new Map([...readVectors(name).tensors, ...encoder]), Object.fromEntries(metadata));
    const file = { name: 'unclip.safetensors', path, fingerprint: path };
    const { CLIP_VISION, MODEL, CLIP, VAE } = await runNode(unclipCheckpointLoader, { ckpt_name: file });
    for (const recipe of [MODEL, VAE]) expect(recipe).toMatchObject({ file });
    expect(CLIP).toMatchObject({ encoders: [{ file }] });
    const inputs = { clip_vision: CLIP_VISION, image: filled([2, 40, 40, 3], 0.5) };
    const { CLIP_VISION_OUTPUT: seen } = await runNode(clipVisionEncode, inputs, testContext({ engine: testEngine() }));
    expect(seen).toMatchObject({ embeds: { shape: [2, 24] }, penultimate: { shape: [2, 17, 128] } });
  });

  it('says what to do with a checkpoint that has none', async () => {
    const run = runNode(unclipCheckpointLoader, { ckpt_name: referenceFile(name) });
    await expect(run).rejects.toThrow('holds no image encoder, so it is no unCLIP model');
    await expect(run).rejects.toThrow('"Load Checkpoint"');
  });
});
