import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clipSetLastLayer } from '../../nodes/conditioning/text.ts';
import { encodeText } from '../../nodes/diffusion/clip-text.ts';
import type { ClipRecipe } from '../../nodes/types.ts';
import { runFor } from '../run-node.ts';
import { openTiny, referenceFile, testEngine, tinyCheckpoints } from './engine.ts';
import { conformanceFile, describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

describeConformance('text encoder', () => {
  const prompts = Object.keys(JSON.parse(readFileSync(conformanceFile('tokens.json'), 'utf8')).prompts);
  const cases = tinyCheckpoints.flatMap((name) => [0, 1, 2, 3].map((prompt) => ({ name, prompt })));

  it.each(cases)('$name reads prompt $prompt as the reference does', async ({ name, prompt }) => {
    const vectors = readVectors(`${name}.expected.safetensors`);
    const { CLIP: clip, MODEL: model } = await openTiny(name);
    const { tokens, pooledOutput } = await encodeText(testEngine(), clip, prompts[prompt], () => undefined);
    expect(maxRelativeToLargest(tokens, vectors.get(`text/${prompt}/tokens`))).toBeLessThan(1e-5);
    // CLIP-L's projection is not in a checkpoint, so its pooled reference came from weights that no file holds; no SD1 model reads it.
    if (model.config.family === 'sd1') return;
    expect(pooledOutput && maxRelativeToLargest(pooledOutput, vectors.get(`text/${prompt}/pooled`))).toBeLessThan(1e-5);
  });

  it('puts the vectors of a textual inversion in place of tokens', async () => {
    const { CLIP: clip } = await openTiny('tiny-sd1');
    const file = () => referenceFile('tinystyle.embedding.safetensors');
    const { tokens } = await encodeText(testEngine(), clip, 'a house, embedding:tinystyle at night', file);
    expect(maxRelativeToLargest(tokens, readVectors('tiny-sd1.expected.safetensors').get('embedding/tokens'))).toBeLessThan(1e-5);
  });

  it('that stops before its last layer reads as one that lacks that layer', async () => {
    const { CLIP: clip } = await openTiny('tiny-sd1');
    const { config, file } = clip.encoders[0];
    const shorter: ClipRecipe = { ...clip, encoders: [{ file, config: { ...config, layers: config.layers - 1 } }] };
    const stopped = await runFor('CLIP', clipSetLastLayer, { clip, stop_at_clip_layer: -2 });
    const read = async (recipe: ClipRecipe) => (await encodeText(testEngine(), recipe, prompts[1], () => undefined)).tokens;
    expect(maxRelativeToLargest(await read(stopped), await read(shorter))).toBeLessThan(1e-6);
    expect(maxRelativeToLargest(await read(stopped), await read(clip))).toBeGreaterThan(0.01);
  });
});
