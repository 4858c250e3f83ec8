import type { Tensor } from '../../nodes/diffusion/tensor.ts';

const minimumGapMs = 150;

/** Makes small pictures of what a task has so far: one at a time, and not more often than anyone could see. */
export class Previews {
  readonly #encode: (image: Tensor) => Promise<Uint8Array>;
  readonly #send: (jpeg: Uint8Array) => void;
  #pending: Promise<void> | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(encode: (image: Tensor) => Promise<Uint8Array>, send: (jpeg: Uint8Array) => void) {
    this.#encode = encode;
    this.#send = send;
  }

  offer(make: () => Promise<Tensor> | Tensor): void {
    const now = performance.now();
    if (this.#pending !== undefined || now - this.#last < minimumGapMs) return;
    this.#last = now;
    this.#pending = this.#show(make).finally(() => {
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
      console.error('no preview could be made:', error);
    }
  }
}
