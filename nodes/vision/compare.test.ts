import { describe, expect, it } from 'vitest';
import { runNode, testContext } from '../../test/run-node.ts';
import type { TextConfig } from '../diffusion/config.ts';
import { cosines, softmax } from '../diffusion/cosine.ts';
import type { DiffusionEngine, PromptToken } from '../diffusion/engine.ts';
import { concatBatch, filled, tensor, zeros } from '../diffusion/tensor.ts';
import { clipTokenizer } from '../diffusion/tokenizer.ts';
import type { ResultTable } from '../result-table.ts';
import type { ClipRecipe, ClipVisionRecipe } from '../types.ts';
import { clipClassify } from './classify.ts';
import { clipRank } from './rank.ts';
import { clipSimilarity } from './similarity.ts';

const file = (name: string) => ({ name, path: `/${name}`, fingerprint: name });
const text = (projection: number | null): TextConfig => ({
  layout: 'open_clip',
  prefix: '',
  width: 4,
  layers: 1,
  heads: 1,
  activation: 'gelu',
  hidden: -1,
  final_norm: true,
  projection,
  pad_token: 0,
});
const tower: ClipVisionRecipe['config']['vision'] = {
  layout: 'open_clip',
  prefix: 'visual.',
  width: 4,
  layers: 1,
  heads: 1,
  forward: 16,
  activation: 'gelu',
  patch: 2,
  image_size: 2,
  projection: 2,
};
const whole: ClipVisionRecipe = { recipe: 'clip_vision', file: file('whole'), config: { vision: tower, text: text(2), logitScale: 10 } };
const alone: ClipVisionRecipe = { ...whole, file: file('alone'), config: { vision: tower, logitScale: 10 } };
const clipOf = (...projections: (number | null)[]): ClipRecipe => ({
  recipe: 'clip',
  encoders: projections.map((projection, index) => ({ file: file(`clip${index}`), config: text(projection) })),
});

/** What the engine makes of a text: dark is one direction, light the other, anything else lies between them. */
const meanings: Readonly<Record<string, readonly [number, number]>> = { dark: [1, 0], light: [0, 1] };

async function contextOf(broken = false) {
  const tokenize = await clipTokenizer();
  const words = new Map(Object.entries(meanings).map(([word, meaning]) => [tokenize(word)[0], meaning]));
  const tables: ResultTable[] = [];
  const readers: string[] = [];
  const engine: Partial<DiffusionEngine> = {
    encodeVision: async (_, pixels) => {
      const light = pixels.data[0] > 0;
      const embeds = tensor(Float32Array.of(broken ? Number.NaN : light ? 1 : 3, light ? 7 : 0), [1, 2]);
      return { lastHidden: zeros([1, 1, 1]), penultimate: zeros([1, 1, 1]), embeds };
    },
    encodeTokens: async ({ encoders }, [chunks]) => {
      readers.push(encoders.map((encoder) => encoder.file.name).join());
      const meaningOf = (chunk: readonly PromptToken[]) => {
        expect(chunk).toHaveLength(77);
        const found = chunk.flatMap((token) => ('id' in token ? [words.get(token.id)] : [])).find((meaning) => meaning !== undefined);
        return found ?? [1, 1];
      };
      return [{ hidden: zeros([1]), pooled: tensor(Float32Array.from(chunks.flatMap(meaningOf)), [chunks.length, 2]) }];
    },
  };
  const context = testContext({ engine: engine as DiffusionEngine, showTable: (table) => tables.push(table) });
  return { context, tables, readers };
}

const darkPicture = filled([1, 2, 2, 3], 0);
const lightPicture = filled([1, 2, 2, 3], 1);
const both = concatBatch([darkPicture, lightPicture]);
/** The cosine of [1, 7] and [0, 1], that of [1, 7] and [1, 0], and those with [1, 1]. */
const [near, far, between] = [7, 1, 8 / Math.SQRT2].map((product) => product / Math.sqrt(50));

describe('cosines and softmax', () => {
  it('do not depend on lengths', () => {
    const a = tensor(Float32Array.of(3, 0, 1, 1), [2, 2]);
    const [[same, none], [half]] = cosines(a, tensor(Float32Array.of(0.1, 0, 0, -5), [2, 2]));
    expect([same, none, half]).toEqual([1, 0, expect.closeTo(Math.SQRT1_2)]);
  });

  it('give shares that add up to 1, whatever the scale', () => {
    expect(softmax([1, 0], Math.log(3))).toEqual([expect.closeTo(0.75), expect.closeTo(0.25)]);
    expect(softmax([1, -1], 10_000)).toEqual([1, 0]);
  });
});

describe('CLIPSimilarity', () => {
  it('shows a table of texts by pictures', async () => {
    const { context, tables } = await contextOf();
    await runNode(clipSimilarity, { clip_vision: whole, image: both, texts: 'dark\n\n light \nneither' }, context);
    const close = (...values: number[]) => values.map((value) => expect.closeTo(value, 6));
    expect(tables).toEqual([
      {
        kind: 'numbers',
        columns: ['#1', '#2'],
        rows: [
          { label: 'dark', values: close(1, far) },
          { label: 'light', values: close(0, near) },
          { label: 'neither', values: close(Math.SQRT1_2, between) },
        ],
      },
    ]);
  });
});

describe('CLIPClassify', () => {
  const inputs = { clip_vision: whole, image: lightPicture, labels: 'dark\nlight\ndark' };

  it('orders the labels of one picture by their shares, each label once', async () => {
    const { context, tables } = await contextOf();
    expect(await runNode(clipClassify, inputs, context)).toEqual({ label: ['light'] });
    const shareOfDark = 1 / (1 + Math.exp(10 * (near - far)));
    expect(tables).toEqual([
      {
        kind: 'shares',
        columns: ['#1'],
        rows: [
          { label: 'light', values: [expect.closeTo(1 - shareOfDark, 6)] },
          { label: 'dark', values: [expect.closeTo(shareOfDark, 6)] },
        ],
      },
    ]);
  });

  it('names the likeliest label of each picture', async () => {
    const { context, tables } = await contextOf();
    expect(await runNode(clipClassify, { ...inputs, image: both, labels: 'light\ndark' }, context)).toEqual({ label: ['dark', 'light'] });
    expect(tables[0].rows.map(({ label }) => label)).toEqual(['light', 'dark']);
  });

  it('asks for labels and for a place for them', async () => {
    const { context } = await contextOf();
    await expect(runNode(clipClassify, { ...inputs, labels: ' \n' }, context)).rejects.toThrow('Write one or more lines');
    await expect(runNode(clipClassify, { ...inputs, template: 'a photo' }, context)).rejects.toThrow('Write {label} in it');
  });
});

describe('CLIPRank', () => {
  it('keeps the pictures that fit best, the best one first', async () => {
    const { context, tables } = await contextOf();
    const image = concatBatch([darkPicture, lightPicture, darkPicture]);
    const { IMAGE: best } = await runNode(clipRank, { clip_vision: whole, image, text: 'light', count: 2 }, context);
    expect(best).toEqual(concatBatch([lightPicture, darkPicture]));
    expect(tables[0].rows.map(({ label }) => label)).toEqual(['#2', '#1', '#3']);
  });

  it('asks for a text', async () => {
    const { context } = await contextOf();
    await expect(runNode(clipRank, { clip_vision: whole, image: both, text: ' ' }, context)).rejects.toThrow('Write what they should show');
  });
});

describe('the text encoder', () => {
  const inputs = { image: darkPicture, texts: 'dark' };

  it("is that of the model's own file, whatever is linked", async () => {
    const { context, readers } = await contextOf();
    await runNode(clipSimilarity, { ...inputs, clip_vision: whole, clip: clipOf(2) }, context);
    expect(readers).toEqual(['whole']);
  });

  it('is the linked one that shares the space where the file has none', async () => {
    const { context, readers } = await contextOf();
    await runNode(clipSimilarity, { ...inputs, clip_vision: alone, clip: clipOf(null, 2) }, context);
    expect(readers).toEqual(['clip1']);
  });

  it.each([
    ['none is there', undefined, 'The file "alone" holds an image encoder alone'],
    ['it has no projection, as in SD1.x', clipOf(null), 'those of SD1.x checkpoints never have'],
    [
      'its space is another',
      clipOf(null, 5),
      'puts texts into a space 5 wide, but the image encoder "alone" puts pictures into one 2 wide',
    ],
  ])('is asked for in a sentence where %s', async (_, clip, sentence) => {
    const { context } = await contextOf();
    const run = runNode(clipSimilarity, { ...inputs, clip_vision: alone, clip }, context);
    await expect(run).rejects.toThrow(sentence);
    await expect(run).rejects.toThrow('Choose a whole CLIP model');
  });
});

it('a damaged model is named', async () => {
  const { context } = await contextOf(true);
  const run = runNode(clipSimilarity, { clip_vision: whole, image: darkPicture, texts: 'dark' }, context);
  await expect(run).rejects.toThrow('"whole" gave values that are not numbers');
});
