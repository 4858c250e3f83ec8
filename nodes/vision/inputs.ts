import { combo, optionalSocket, socket } from '../define.ts';
import { clipCrops } from '../diffusion/clip-pixels.ts';
import { ProblemError } from '../problem.ts';

/** What every node asks for that looks at pictures. */
export const clipVision = socket('CLIP_VISION', 'A whole CLIP model, or its image encoder alone.');

export const crop = combo(clipCrops, {
  tooltip: 'With "center" only the middle square is looked at, else the whole picture, squeezed into a square.',
});

export const textEncoder = optionalSocket(
  'CLIP',
  'Only for an image encoder alone: a text encoder of the same model, such as that of an SD2.x checkpoint for ViT-H.',
);

/** The lines of a text that hold something, each once. Throws a ProblemError if there are none. */
export function linesOf(text: string, input: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const filled = [...new Set(lines.filter((line) => line !== ''))];
  if (filled.length > 0) return filled;
  throw new ProblemError({ input, what: 'There is nothing to compare the pictures with.', fix: 'Write one or more lines.' });
}

/** What stands above the column of a picture, and for it in a table: people count from 1. */
export function pictureName(index: number): string {
  return `#${index + 1}`;
}
