/** How to bring inputs into a device's memory, and how to free what they take there. */
type Device<Inputs, Held> = { readonly put: (inputs: Inputs) => Promise<Held>; readonly free: (held: Held) => void };

/** Both halves of the guidance and a few areas take turns; what was not used for longer than that is not used again. */
const runsKept = 4;

/**
 * The inputs of a network that are the same objects in run after run, such as the keys and values of a text: they stay in the memory of
 * the device instead of being sent at each run. What was not used in the last few runs is freed.
 */
export class KeptInputs<Inputs extends object, Held> {
  readonly #device: Device<Inputs, Held>;
  readonly #kept = new Map<Inputs, { readonly held: Held; lastRun: number }>();
  #run = 0;

  constructor(device: Device<Inputs, Held>) {
    this.#device = device;
  }

  /** The inputs of one run, in the device's memory. */
  async forRun(inputs: readonly Inputs[]): Promise<readonly Held[]> {
    this.#run += 1;
    const held: Held[] = [];
    for (const each of inputs) held.push(await this.#hold(each));
    for (const [other, { lastRun }] of this.#kept) if (this.#run - lastRun >= runsKept) this.free(other);
    return held;
  }

  free(inputs: Inputs): void {
    const kept = this.#kept.get(inputs);
    if (kept === undefined) return;
    this.#kept.delete(inputs);
    this.#device.free(kept.held);
  }

  freeAll(): void {
    for (const inputs of [...this.#kept.keys()]) this.free(inputs);
  }

  async #hold(inputs: Inputs): Promise<Held> {
    const kept = this.#kept.get(inputs) ?? { held: await this.#device.put(inputs), lastRun: 0 };
    kept.lastRun = this.#run;
    this.#kept.set(inputs, kept);
    return kept.held;
  }
}
