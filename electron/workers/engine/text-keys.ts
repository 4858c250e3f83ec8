import type { Tensor } from '../../../nodes/diffusion/tensor.ts';
import type { SessionSource, Sessions } from '../sessions.ts';

/** The keys and values of a network's cross-attention by the names of its inputs (see `textInputNames`). */
export type TextKeys = Readonly<Record<string, Tensor>>;

/** Has `source` compute the keys and values of a context [B, tokens, width] when they are first asked for, once for each tensor. */
export function textKeysBy(sessions: Sessions, source: SessionSource): (context: Tensor) => Promise<TextKeys> {
  const texts = new WeakMap<Tensor, TextKeys>();
  return async (context) => {
    const known = texts.get(context);
    if (known !== undefined) return known;
    const keys = await sessions.run(source, { context }, 'Shorten the prompt, or close other programs.');
    texts.set(context, keys);
    return keys;
  };
}
