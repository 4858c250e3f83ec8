import { defineNode, listOf, socket, text } from '../define.ts';
import { softmax } from '../diffusion/cosine.ts';
import { ProblemError } from '../problem.ts';
import { compare } from './compare.ts';
import { clipVision, crop, linesOf, pictureName, textEncoder } from './inputs.ts';

export const clipClassify = defineNode({
  type: 'CLIPClassify',
  version: 1,
  title: 'Classify Picture',
  category: 'vision',
  description: 'Tells which of your labels fits a picture best, without any training, and how sure CLIP is of each.',
  aliases: ['zero-shot', 'label', 'recognise', 'what is it', 'tag'],
  inputs: {
    clip_vision: clipVision,
    image: socket('IMAGE'),
    labels: text({
      multiline: true,
      default: 'cat\ndog\nlandscape',
      tooltip: 'One label a line. The shares of all labels add up to 100%.',
    }),
    template: text({
      default: 'a photo of a {label}',
      tooltip: 'The sentence that is compared with the picture; {label} stands for the label.',
    }),
    crop,
    clip: textEncoder,
  },
  outputs: { label: listOf('STRING') },
  device: 'accelerator',
  output: true,
  async run({ clip_vision: vision, image: images, labels: lines, template, crop: cropped, clip }, context) {
    const labels = linesOf(lines, 'labels');
    const texts = labels.map((label) => fillTemplate(template, label));
    const fits = await compare(context, { vision, clip, images, crop: cropped, texts });
    const shares = fits.map((picture) => softmax(picture, vision.config.logitScale));
    const rows = labels.map((label, row) => ({ label, values: shares.map((picture) => picture[row]) }));
    // The order of one picture would be wrong for the next.
    const ordered = shares.length === 1 ? rows.toSorted((a, b) => b.values[0] - a.values[0]) : rows;
    context.showTable({ kind: 'shares', columns: shares.map((_, index) => pictureName(index)), rows: ordered });
    return { label: shares.map((picture) => labels[picture.indexOf(Math.max(...picture))]) };
  },
});

function fillTemplate(template: string, label: string): string {
  if (template.includes('{label}')) return template.replaceAll('{label}', () => label);
  throw new ProblemError({
    input: 'template',
    what: 'The template does not say where the label goes.',
    fix: 'Write {label} in it, as in "a photo of a {label}".',
  });
}
