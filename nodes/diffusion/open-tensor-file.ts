import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import { readBytes, withFile } from './file-access.ts';
import { openSafetensors } from './safetensors.ts';
import { isShardIndex, openSharded } from './sharded.ts';
import type { TensorFile } from './tensor-file.ts';
import { readTorchFile } from './torch/read.ts';
import { torchTensors } from './torch/tensors.ts';

/**
 * Opens a model file of any format that Weft reads; its content tells which, not its name. Only what lists the tensors is read.
 * Throws a ProblemError that names the file where it is missing, unreadable, damaged, or of another kind.
 */
export async function openTensorFile(path: string): Promise<TensorFile> {
  if (isShardIndex(path)) return openSharded(path);
  const start = await readStart(path);
  refuseOtherKinds(start, basename(path));
  return isTorch(start, path) ? torchTensors(await readTorchFile(path)) : openSafetensors(path);
}

/** A ZIP archive, or a pickle; pickles of Python's oldest protocol are text, which only the name tells from anything else. */
function isTorch(start: Buffer, path: string): boolean {
  const isZip = start.subarray(0, 4).equals(Buffer.from('PK\x03\x04'));
  const isPickle = start[0] === 0x80 && start[1] >= 2 && start[1] <= 5;
  return isZip || isPickle || (/\.(ckpt|pt|pth|bin)$/i.test(path) && start[8] !== 0x7b);
}

/** Enough of a file's beginning to tell what it is. */
const startBytes = 512;

function readStart(path: string): Promise<Buffer> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    return readBytes(file, 0, Math.min(size, startBytes));
  });
}

const otherKinds: readonly { readonly test: (start: Buffer) => boolean; readonly what: string; readonly fix: string }[] = [
  {
    test: (start) => start.length === 0,
    what: 'is empty',
    fix: 'Download it again.',
  },
  {
    test: (start) => /^\s*<(!doctype|html|\?xml)/i.test(start.toString('latin1')),
    what: 'is a web page, not a model: the download went wrong',
    fix: 'Download the model itself; some sites want you to sign in first.',
  },
  {
    test: (start) => start.toString('latin1').startsWith('version https://git-lfs'),
    what: 'is only a pointer to a large file, not the model itself',
    fix: 'Run "git lfs pull" in its folder, or download the file from its page.',
  },
  {
    test: (start) => start.toString('latin1', 0, 4) === 'GGUF',
    what: 'is in the GGUF format, which Weft does not read',
    fix: 'Choose the .safetensors version of the model.',
  },
];

function refuseOtherKinds(start: Buffer, name: string): void {
  const kind = otherKinds.find(({ test }) => test(start));
  if (kind !== undefined) throw new ProblemError({ what: `The file "${name}" ${kind.what}.`, fix: kind.fix });
}
