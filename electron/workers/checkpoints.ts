import type { FileHandle } from 'node:fs/promises';
import type { NewCheckpoint } from '../../nodes/context.ts';
import { headerBytes } from '../../nodes/diffusion/safetensors.ts';
import { elementCount } from '../../nodes/diffusion/tensor.ts';
import { createOutputFile, savedAs } from './output-files.ts';
import { expandPrefix, parsePrefix } from './output-names.ts';
import type { OutputTarget, SavedFile } from './protocol.ts';

/** Saves a checkpoint tensor by tensor; `pause` is awaited before each and may throw. See createOutputFile for names and failures. */
export async function saveCheckpoint(
  { prefix, metadata, tensors }: NewCheckpoint,
  { folders, workflow }: OutputTarget,
  pause: (done: number, total: number) => Promise<void>,
): Promise<SavedFile> {
  const name = parsePrefix(expandPrefix(prefix, { width: 0, height: 0 }, new Date()));
  const entries = tensors.map(({ key, shape }) => ({ key, shape, dtype: 'F16', bytes: 2 * elementCount(shape) }));
  const header = headerBytes(entries, { ...metadata, ...(workflow === '' ? {} : { workflow }) });
  const write = async (file: FileHandle) => {
    await file.writeFile(header);
    for (const [done, { key, shape, read }] of tensors.entries()) {
      await pause(done, tensors.length);
      const numbers = await read();
      if (numbers.length !== elementCount(shape)) throw new Error(`${key} has ${numbers.length} numbers`);
      await file.writeFile(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    }
  };
  const path = await createOutputFile(folders.output, name, 'checkpoint', write);
  return { ...(await savedAs(path, 'output')), kind: 'checkpoint' };
}
