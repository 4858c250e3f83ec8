import { defineNode, int, socket, text } from '../define.ts';
import { concatBatch, sliceBatch } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import { compare } from './compare.ts';
import { clipVision, crop, pictureName, textEncoder } from './inputs.ts';

export const clipRank = defineNode({
  type: 'CLIPRank',
  version: 1,
  title: 'Best Pictures for Text',
  category: 'vision',
  description: 'Picks the pictures of a batch that fit a text best, the best one first, and shows how well each fits.',
  aliases: ['rerank', 'sort', 'choose', 'best of', 'clip score'],
  inputs: {
    clip_vision: clipVision,
    image: socket('IMAGE', 'A batch of pictures, such as a sampler makes with a batch size above 1.'),
    text: text({ multiline: true, tooltip: 'What the pictures should show; mostly their prompt.' }),
    count: int({ default: 1, min: 1, max: 4096, tooltip: 'How many pictures to keep.' }),
    crop,
    clip: textEncoder,
  },
  outputs: { IMAGE: 'IMAGE' },
  device: 'accelerator',
  output: true,
  async run({ clip_vision: vision, image: images, text: written, count, crop: cropped, clip }, context) {
    if (written.trim() === '') {
      throw new ProblemError({
        input: 'text',
        what: 'There is nothing to compare the pictures with.',
        fix: 'Write what they should show.',
      });
    }
    const fits = await compare(context, { vision, clip, images, crop: cropped, texts: [written] });
    const ranked = fits.map(([fit], index) => ({ index, fit })).toSorted((a, b) => b.fit - a.fit);
    const rows = ranked.map(({ index, fit }) => ({ label: pictureName(index), values: [fit] }));
    context.showTable({ kind: 'numbers', columns: [written], rows });
    return { IMAGE: concatBatch(ranked.slice(0, count).map(({ index }) => sliceBatch(images, index, index + 1))) };
  },
});
