import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import { readBytes, withFile } from './file-access.ts';
import { openSafetensors } from './safetensors.ts';
import type { TensorFile } from './tensor-file.ts';

/**
 * Opens a model file of any format that Weft reads; its content tells which, not its name. Only what lists the tensors is read.
 * Throws a ProblemError that names the file where it is missing, unreadable, damaged, or of another kind.
 */
export async function openTensorFile(path: string): Promise<TensorFile> {
  refuseOtherKinds(await readStart(path), basename(path));
  return openSafetensors(path);
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
    test: (start) => start.subarray(0, 4).equals(Buffer.from('PK\x03\x04')) || (start[0] === 0x80 && start[1] >= 2 && start[1] <= 5),
    what: 'is in the pickle format (.ckpt, .pt), which can run any program when it is opened, so Weft does not open it',
    fix: 'Most models are also published as .safetensors: download that version.',
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
