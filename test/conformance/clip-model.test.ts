import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../electron/library/temporary-folder.fixture.ts';
import { clipPixels } from '../../nodes/diffusion/clip-pixels.ts';
import { createGenerator } from '../../nodes/diffusion/noise.ts';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { map, sliceBatch } from '../../nodes/diffusion/tensor.ts';
import { clipTokenizer, endToken, startToken } from '../../nodes/diffusion/tokenizer.ts';
import { clipVisionLoader } from '../../nodes/loaders/clip-vision.ts';
import type { ResultTable } from '../../nodes/result-table.ts';
import { clipClassify } from '../../nodes/vision/classify.ts';
import { gelu, quickGelu, readReference, seeReference } from '../fixtures/clip-reference.ts';
import { openClipNames, smallClip, transformersNames } from '../fixtures/small-clip.ts';
import { runNode, testContext } from '../run-node.ts';
import { testEngine } from './engine.ts';

const clip = smallClip();
const labels = ['cat', 'dog', 'a very long train in the mountains'];
const images = map(createGenerator(5n).randn([2, 40, 56, 3]), (value) => Math.min(Math.max(0.5 + value / 4, 0), 1));

/** The shares by the formula of the paper: softmax of the scaled cosines. */
async function expectedShares(activation: (x: number) => number): Promise<number[][]> {
  const tokenize = await clipTokenizer();
  const unit = (vector: readonly number[]) => {
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  const texts = labels.map((label) => unit(readReference(clip, [startToken, ...tokenize(`a photo of a ${label}`), endToken], activation)));
  return [0, 1].map((index) => {
    const seen = unit(seeReference(clip, clipPixels(sliceBatch(images, index, index + 1), 32, 'center'), activation));
    const powers = texts.map((text) => Math.exp(20 * text.reduce((sum, value, i) => sum + value * seen[i], 0)));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => power / total);
  });
}

describe('a whole CLIP model', () => {
  it.each([
    ['transformers', 'auto', transformersNames, quickGelu],
    ['OpenCLIP', 'auto', openClipNames, gelu],
    ['transformers', 'gelu', transformersNames, gelu],
  ])('under the names of %s with the activation %s classifies as its formulas say', async (_, chosen, names, activation) => {
    const path = join(temporaryFolder(), 'clip.safetensors');
    await writeSafetensors(path, names(clip));
    const file = { name: 'clip.safetensors', path, fingerprint: path };
    const { CLIP_VISION } = await runNode(clipVisionLoader, { clip_name: file, activation: chosen });
    const tables: ResultTable[] = [];
    const context = testContext({ engine: testEngine(), showTable: (table) => tables.push(table) });
    await runNode(clipClassify, { clip_vision: CLIP_VISION, image: images, labels: labels.join('\n') }, context);
    const shares = await expectedShares(activation);
    const rows = labels.map((label, index) => ({ label, values: shares.map((picture) => expect.closeTo(picture[index], 5)) }));
    expect(tables).toEqual([{ kind: 'shares', columns: ['#1', '#2'], rows }]);
  });
});
