import { crc32 } from 'node:zlib';
import { openSafetensors, writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import type { Tensor } from '../../nodes/diffusion/tensor.ts';
import { readTensor } from '../../nodes/diffusion/tensor-file.ts';
import type { EncodedValue } from './encoding.ts';

/*
 * A value on disk is a safetensors file: its tensors are t0, t1, ...; the JSON around them and a checksum are
 * in the metadata.
 */
const jsonEntry = 'weft.value';
const checksumEntry = 'weft.crc32';

/** Writes a value as one safetensors file, whole or not at all. */
export async function writeValueFile(path: string, value: EncodedValue): Promise<void> {
  const tensors = new Map(value.tensors.map((tensor, index) => [`t${index}`, tensor]));
  await writeSafetensors(path, tensors, { [jsonEntry]: value.json, [checksumEntry]: checksum(value) });
}

/** Reads what writeValueFile wrote. Throws if the file is missing or damaged in any way. */
export async function readValueFile(path: string): Promise<EncodedValue> {
  const file = await openSafetensors(path);
  const json = file.metadata.get(jsonEntry);
  if (json === undefined) throw new Error(`${path} is not a stored value`);
  const tensors: Tensor[] = [];
  for (let index = 0; index < file.tensors.size; index++) tensors.push(await readTensor(file, `t${index}`));
  const value = { json, tensors };
  if (checksum(value) !== file.metadata.get(checksumEntry)) throw new Error(`${path} is damaged`);
  return value;
}

/** Files are not flushed when they are written, since they can be made again: a power cut must show. */
function checksum({ json, tensors }: EncodedValue): string {
  const start = crc32(json);
  return String(tensors.reduce((sum, { data }) => crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), sum), start));
}
