import type { NodeDefinition } from '../../nodes/define.ts';
import type { FileRef } from '../../nodes/types.ts';
import { decodeValue, type EncodedValue, encodeValue } from './encoding.ts';
import type { StoreOutcome, ValueInfo, ValueSource } from './protocol.ts';
import type { Outputs } from './task.ts';
import { readValueFile, writeValueFile } from './value-files.ts';

/** Values without tensors up to this many characters of JSON live in the host. */
const inlineLimit = 65_536;

/** The outputs of nodes that a worker process holds in its memory, by content key. The host decides what leaves it. */
export class ValueMemory {
  readonly #values = new Map<string, Outputs>();

  /** Keeps the outputs of a node, unless they are small enough for the host. Returns what the host has to know, and their encoding. */
  add(key: string, definition: NodeDefinition, outputs: Outputs): { info: ValueInfo; encoded: EncodedValue } {
    const encoded = encodeValue(outputs);
    const info = describeValue(definition, outputs, encoded);
    if (info.json === undefined) this.#values.set(key, outputs);
    return { info, encoded };
  }

  drop(keys: readonly string[]): void {
    for (const key of keys) this.#values.delete(key);
  }

  /** Writes a value to a file for another process. */
  async store(key: string, path: string): Promise<StoreOutcome> {
    const outputs = this.#values.get(key);
    if (outputs === undefined) return { status: 'missing' };
    try {
      const encoded = encodeValue(outputs);
      await writeValueFile(path, encoded);
      return { status: 'stored', fileBytes: byteCount(encoded) };
    } catch (error) {
      return { status: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /**
   * Gathers the values that a task takes. Those read from files stay in memory: `loaded` has their keys.
   * `missing` are the keys of those that are not where they should be.
   */
  async gather(sources: readonly ValueSource[], files: readonly FileRef[]): Promise<Gathered> {
    const values = new Map<string, Outputs>();
    const missing: string[] = [];
    const loaded: string[] = [];
    for (const source of sources) {
      const outputs =
        source.at === 'message' ? toOutputs({ json: source.json, tensors: [] }, files) : await this.#find(source, files, loaded);
      if (outputs === undefined) missing.push(source.key);
      else values.set(source.key, outputs);
    }
    return { values, missing, loaded };
  }

  async #find(source: Exclude<ValueSource, { at: 'message' }>, files: readonly FileRef[], loaded: string[]): Promise<Outputs | undefined> {
    const held = this.#values.get(source.key);
    if (held !== undefined || source.at === 'memory') return held;
    try {
      const outputs = toOutputs(await readValueFile(source.path), files);
      this.#values.set(source.key, outputs);
      loaded.push(source.key);
      return outputs;
    } catch {
      // Whatever is wrong with the file, the value can be made again.
      return undefined;
    }
  }
}

export type Gathered = {
  readonly values: ReadonlyMap<string, Outputs>;
  readonly missing: readonly string[];
  readonly loaded: readonly string[];
};

export function byteCount({ json, tensors }: EncodedValue): number {
  return tensors.reduce((sum, { data }) => sum + data.byteLength, json.length);
}

function toOutputs(encoded: EncodedValue, files: readonly FileRef[]): Outputs {
  const value = decodeValue(encoded, files);
  if (typeof value !== 'object' || value === null) throw new Error('a stored value is not the outputs of a node');
  return Object.fromEntries(
    Object.entries(value).map(([name, list]) => {
      if (!Array.isArray(list)) throw new Error(`the stored output ${name} is not a list`);
      return [name, list];
    }),
  );
}

function describeValue(definition: NodeDefinition, outputs: Outputs, encoded: EncodedValue): ValueInfo {
  const described = Object.entries(definition.outputs).map(([name, { type }]): [string, ValueInfo['outputs'][string]] => [
    name,
    { type, shapes: (outputs[name] ?? []).map((value) => encodeValue(value).tensors[0]?.shape ?? null) },
  ]);
  const inline = encoded.tensors.length === 0 && encoded.json.length <= inlineLimit;
  return { outputs: Object.fromEntries(described), bytes: byteCount(encoded), ...(inline ? { json: encoded.json } : {}) };
}
