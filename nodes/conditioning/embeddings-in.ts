import type { FileMention } from '../define.ts';
import { embeddingNames } from '../diffusion/prompt.ts';

/** The embeddings that the prompt in the field `input` names. */
export function embeddingsIn(values: Readonly<Record<string, unknown>>, input: string): readonly FileMention[] {
  const prompt = values[input];
  return typeof prompt === 'string' ? embeddingNames(prompt).map((name) => ({ folder: 'embeddings', name, input })) : [];
}
