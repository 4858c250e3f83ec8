import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInt8File, type WeightReader, writeInt8File } from '../../../nodes/diffusion/int8.ts';
import type { Int8Source } from '../../../nodes/diffusion/onnx/int8.ts';

/** The 8-bit weights of a network while sessions are made of them: ONNX Runtime takes them from a file, and then has its own copy. */
export class Int8Weights {
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #read: WeightReader;
  readonly #smallest: number | undefined;
  #folder: Promise<string> | undefined;

  /** `smallest` as of `writeInt8File`. */
  constructor(shapes: ReadonlyMap<string, readonly number[]>, read: WeightReader, smallest?: number) {
    this.#shapes = shapes;
    this.#read = read;
    this.#smallest = smallest;
  }

  /** Rounds the weights, unless that has been done since `discard`. */
  async open(): Promise<Int8Source> {
    this.#folder ??= this.#write();
    return openInt8File(fileIn(await this.#folder));
  }

  /** Removes the file. */
  async discard(): Promise<void> {
    const folder = await this.#folder?.catch(() => undefined);
    this.#folder = undefined;
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  async #write(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'weft-int8-'));
    try {
      await writeInt8File(fileIn(folder), this.#shapes, this.#read, this.#smallest);
      return folder;
    } catch (cause) {
      await rm(folder, { recursive: true, force: true });
      throw cause;
    }
  }
}

function fileIn(folder: string): string {
  return join(folder, 'weights.safetensors');
}
