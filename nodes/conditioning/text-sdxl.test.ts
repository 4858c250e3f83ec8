import { describe, expect, it } from 'vitest';
import { sdxl, sdxlRefiner } from '../../test/fixtures/full-size.ts';
import { runFor, testContext } from '../../test/run-node.ts';
import type { TextConfig } from '../diffusion/config.ts';
import type { DiffusionEngine } from '../diffusion/engine.ts';
import { tensor } from '../diffusion/tensor.ts';
import type { ClipRecipe } from '../types.ts';
import { clipTextEncodeSdxl, clipTextEncodeSdxlRefiner } from './text-sdxl.ts';

const clipOf = (text: readonly TextConfig[]): ClipRecipe => ({
  recipe: 'clip',
  encoders: text.map((config) => ({ file: { name: 'xl', path: '', fingerprint: '' }, config: { ...config, width: 1 } })),
});

/** An engine whose text encoders answer each token with its id. */
const engine: Pick<DiffusionEngine, 'encodeTokens'> = {
  encodeTokens: async (_, chunksPerEncoder) =>
    chunksPerEncoder.map((chunks) => {
      const ids = Float32Array.from(chunks.flat(), (token) => ('id' in token ? token.id : -1));
      return { hidden: tensor(ids, [chunks.length, 77, 1]), pooled: tensor(Float32Array.of(ids[1]), [1, 1]) };
    }),
};
const context = testContext({ engine: engine as DiffusionEngine });
const [cat, dog] = [2368, 1929];

describe('CLIPTextEncodeSDXL', () => {
  const inputs = {
    clip: clipOf(sdxl.text),
    text_l: 'cat',
    text_g: 'dog',
    width: 900,
    height: 800,
    crop_w: 7,
    crop_h: 5,
    target_width: 500,
    target_height: 400,
  };

  it('gives each encoder its own text, and takes the pooled output of the larger one', async () => {
    const [entry] = await runFor('CONDITIONING', clipTextEncodeSdxl, inputs, context);
    // Side by side for each token: CLIP-L first, then bigG.
    expect([...entry.tokens.data.slice(2, 4)]).toEqual([cat, dog]);
    expect(entry.pooledOutput?.data[0]).toBe(dog);
  });

  it('tells the model size, crop and target, each its own', async () => {
    const [entry] = await runFor('CONDITIONING', clipTextEncodeSdxl, inputs, context);
    expect(entry.pictureSize).toEqual({ width: 900, height: 800, cropLeft: 7, cropTop: 5, target: { width: 500, height: 400 } });
  });

  it('names the files that both texts mention', () => {
    const texts = { text_g: 'embedding:style', text_l: 'a embedding:face' };
    const found = clipTextEncodeSdxl.filesIn?.({ ...inputs, ...texts });
    expect(found?.map(({ name }) => name)).toEqual(['style', 'face']);
  });

  it('asks for the text encoders of SDXL where it gets another one', async () => {
    const clip = clipOf(sdxlRefiner.text);
    await expect(runFor('CONDITIONING', clipTextEncodeSdxl, { ...inputs, clip }, context)).rejects.toThrow(
      'needs the two text encoders of SDXL, and the one given has 1. Connect the CLIP output of an SDXL checkpoint',
    );
  });
});

describe('CLIPTextEncodeSDXLRefiner', () => {
  it('tells the model the size and how beautiful the picture should be', async () => {
    const inputs = { clip: clipOf(sdxlRefiner.text), text: 'cat', width: 900, height: 800, ascore: 2.5 };
    const [entry] = await runFor('CONDITIONING', clipTextEncodeSdxlRefiner, inputs, context);
    expect(entry.tokens.data[1]).toBe(cat);
    expect(entry).toMatchObject({ aestheticScore: 2.5, pictureSize: { width: 900, height: 800 } });
  });
});
