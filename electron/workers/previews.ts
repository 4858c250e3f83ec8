import type { Tensor } from '../../nodes/diffusion/tensor.ts';
import { CancelledError } from '../../nodes/problem.ts';

/** Faster than this nobody could look. */
const minimumGapMs = 150;
/** Between two previews lies this many times what the last one took: they may cost a sixth of the time at most. */
const restFactor = 5;

/** Makes small pictures of what a task has so far: one at a time, and no more of them than it can afford. */
export class Previews {
  readonly #encode: (image: Tensor) => Promise<Uint8Array>;
  readonly #send: (jpeg: Uint8Array) => void;
  #pending: Promise<void> | undefined;
  #notBefore = 0;

  constructor(encode: (image: Tensor) => Promise<Uint8Array>, send: (jpeg: Uint8Array) => void) {
    this.#encode = encode;
    this.#send = send;
  }

  /** Makes a preview if it is time for one. */
  offer(make: () => Promise<Tensor> | Tensor): void {
    const start = performance.now();
    if (this.#pending !== undefined || start < this.#notBefore) return;
    this.#pending = this.#show(make).finally(() => {
      const end = performance.now();
      this.#notBefore = end + Math.max(minimumGapMs, restFactor * (end - start));
      this.#pending = undefined;
    });
  }

  /** Resolves when nothing more will be sent. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  async #show(make: () => Promise<Tensor> | Tensor): Promise<void> {
    try {
      this.#send(await this.#encode(await make()));
    } catch (error) {
      // A preview is a courtesy: the picture itself must not fail with it.
      if (!(error instanceof CancelledError)) console.error('no preview could be made:', error);
    }
  }
}
