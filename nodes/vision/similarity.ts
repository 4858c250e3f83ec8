import { defineNode, socket, text } from '../define.ts';
import { compare } from './compare.ts';
import { clipVision, crop, linesOf, pictureName, textEncoder } from './inputs.ts';

export const clipSimilarity = defineNode({
  type: 'CLIPSimilarity',
  version: 1,
  title: 'Compare Pictures with Texts',
  category: 'vision',
  description: 'Shows how well each picture fits each text, as a table: 1 would be the same meaning, 0 nothing in common.',
  aliases: ['clip score', 'cosine', 'similarity'],
  inputs: {
    clip_vision: clipVision,
    image: socket('IMAGE'),
    texts: text({ multiline: true, default: 'a photo of a landscape', tooltip: 'One text a line.' }),
    crop,
    clip: textEncoder,
  },
  outputs: {},
  device: 'accelerator',
  output: true,
  async run({ clip_vision: vision, image: images, texts: lines, crop: cropped, clip }, context) {
    const texts = linesOf(lines, 'texts');
    const fits = await compare(context, { vision, clip, images, crop: cropped, texts });
    const rows = texts.map((label, row) => ({ label, values: fits.map((picture) => picture[row]) }));
    context.showTable({ kind: 'numbers', columns: fits.map((_, index) => pictureName(index)), rows });
    return {};
  },
});
