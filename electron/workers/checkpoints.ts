import type { FileHandle } from 'node:fs/promises';
import type { NewCheckpoint } from '../../nodes/context.ts';
import { headerBytes } from '../../nodes/diffusion/safetensors.ts';
import { elementCount } from '../../nodes/diffusion/tensor.ts';
import { createPicture } from './picture-files.ts';
import { expandPrefix, parsePrefix } from './picture-names.ts';
import type { PictureTarget } from './protocol.ts';

/** Saves a checkpoint tensor by tensor; `pause` is awaited before each and may throw. See createPicture for names and failures. */
export async function saveCheckpoint(
  { prefix, metadata, tensors }: NewCheckpoint,
  { folders, workflow }: PictureTarget,
  pause: (done: number, total: number) => Promise<void>,
): Promise<void> {
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
  await createPicture(folders.output, name, write, 'checkpoint');
}
