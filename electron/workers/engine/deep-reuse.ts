import type { Tensor } from '../../../nodes/diffusion/tensor.ts';
import type { DeepReuse } from '../../../nodes/types.ts';

type Kept = { readonly deep: Tensor; readonly age: number };

/** What was computed deep inside a U-Net at an earlier step, for each conditioning that it is asked with. */
export class DeepFeatures {
  readonly #reuse: DeepReuse;
  readonly #kept = new WeakMap<Tensor, Kept>();

  constructor(reuse: DeepReuse) {
    this.#reuse = reuse;
  }

  /**
   * What to use again for a call with this context and timestep (0..999, from noise to picture 999 to 0); undefined where it has to
   * be computed. `pixels` is the size [height, width] of the latents.
   */
  find(context: Tensor, timestep: number, [height, width]: readonly number[]): Tensor | undefined {
    const kept = this.#kept.get(context);
    if (kept === undefined || kept.age + 1 >= this.#reuse.every) return undefined;
    const done = 1 - timestep / 999;
    if (done < this.#reuse.start || done > this.#reuse.end) return undefined;
    if (kept.deep.shape[2] !== height || kept.deep.shape[3] !== width) return undefined;
    this.#kept.set(context, { ...kept, age: kept.age + 1 });
    return kept.deep;
  }

  keep(context: Tensor, deep: Tensor): void {
    this.#kept.set(context, { deep, age: 0 });
  }
}
