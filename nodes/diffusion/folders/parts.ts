import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ProblemError } from '../../problem.ts';

/** The subfolders of a model folder that hold networks. Optimum keeps the halves of a VAE apart. */
export type PartName = 'unet' | 'vae' | 'vae_decoder' | 'vae_encoder' | 'text_encoder' | 'text_encoder_2';

/** The names that the weights of a part may have, the best first: whole, cut, in float16, in PyTorch's format, as an ONNX graph. */
const weightNames: readonly RegExp[] = [
  /^(diffusion_pytorch_model|model)\.safetensors$/,
  /^(diffusion_pytorch_model|model)\.safetensors\.index\.json$/,
  /^(diffusion_pytorch_model|model)\.(fp16|bf16)\.safetensors$/,
  /^(diffusion_pytorch_model|model)\.(fp16|bf16)\.safetensors\.index\.json$/,
  /^(diffusion_pytorch_model|pytorch_model)(\.fp16)?\.bin$/,
  /^model\.onnx$/,
];

/**
 * The path of the weights of a part, below the folder and with forward slashes; undefined if the folder has no such part.
 * Throws a ProblemError where the folder cannot be read.
 */
export async function findPart(folder: string, part: PartName): Promise<string | undefined> {
  const names = await namesIn(join(folder, part));
  const found = weightNames.flatMap((pattern) => names.filter((name) => pattern.test(name))).at(0);
  return found === undefined ? undefined : `${part}/${found}`;
}

/** The same; throws a ProblemError that says what was looked for if there is none. */
export async function needPart(folder: string, part: PartName, what: string): Promise<string> {
  const found = await findPart(folder, part);
  if (found !== undefined) return found;
  throw new ProblemError({
    what: `The folder "${basename(folder)}" holds no ${what}: there are no weights in its folder "${part}".`,
    fix: 'Download it again with all its folders, or load its parts with the loaders for parts.',
  });
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new ProblemError(
      { what: `The folder "${path}" cannot be read (${code}).`, fix: 'Check that it is there, and that it may be read.' },
      { cause },
    );
  }
}
