import type { NodeContext } from '../context.ts';
import { tokenizePlain } from '../diffusion/prompt.ts';
import { concatBatch, type Tensor } from '../diffusion/tensor.ts';
import { clipTokenizer } from '../diffusion/tokenizer.ts';
import { ProblemError } from '../problem.ts';
import type { ClipRecipe, ClipVisionRecipe, TextEncoderRecipe } from '../types.ts';

const wholeModel = 'Choose a whole CLIP model in "Load CLIP Vision": one that holds the text encoder and the image encoder.';

/** Texts that are read at once. */
const batchSize = 16;

/** What texts mean in the space of an image encoder: [texts, width], not normalised. */
export async function readTexts(context: NodeContext, reader: TextEncoderRecipe, texts: readonly string[]): Promise<Tensor> {
  const tokenize = await clipTokenizer();
  const chunks = texts.map((text) => tokenizePlain(text, tokenize, reader.config.pad_token));
  const read: Tensor[] = [];
  for (let from = 0; from < chunks.length; from += batchSize) {
    const [{ pooled }] = await context.engine.encodeTokens({ recipe: 'clip', encoders: [reader] }, [chunks.slice(from, from + batchSize)]);
    read.push(pooled);
  }
  return concatBatch(read);
}

/**
 * The text encoder whose texts can be compared with what an image encoder sees: that of its own file, else one of `clip`.
 * Throws a ProblemError that says what to do where there is none.
 */
export function textReader(vision: ClipVisionRecipe, clip: ClipRecipe | undefined): TextEncoderRecipe {
  const { config, recipe: _recipe, ...weights } = vision;
  if (config.text !== undefined) return { ...weights, config: config.text };
  const { projection } = config.vision;
  if (projection === null) {
    throw new ProblemError({
      input: 'clip_vision',
      what: `The image encoder "${vision.file.name}" has no projection into a space that texts share.`,
      fix: wholeModel,
    });
  }
  if (clip === undefined) {
    throw new ProblemError({
      input: 'clip_vision',
      what: `The file "${vision.file.name}" holds an image encoder alone, so nothing here can read texts.`,
      fix: `${wholeModel} For the ViT-H encoder the CLIP of an SD2.x checkpoint can be linked instead, for bigG that of SDXL.`,
    });
  }
  const found = clip.encoders.findLast((encoder) => encoder.config.projection === projection);
  if (found === undefined) throw noSharedSpace(vision, projection, clip);
  return found;
}

function noSharedSpace(vision: ClipVisionRecipe, width: number, { encoders }: ClipRecipe): ProblemError {
  const last = encoders[encoders.length - 1];
  const own = last.config.projection;
  const why =
    own === null
      ? `The text encoder of "${last.file.name}" has no projection into a space that pictures share; those of SD1.x checkpoints never have.`
      : `The text encoder of "${last.file.name}" puts texts into a space ${own} wide, but the image encoder "${vision.file.name}" puts pictures into one ${width} wide.`;
  return new ProblemError({ input: 'clip', what: why, fix: wholeModel });
}
