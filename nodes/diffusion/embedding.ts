import { basename, extname } from 'node:path';
import { ProblemError } from '../problem.ts';
import type { TextConfig } from './config.ts';
import { familyReading } from './families.ts';
import { looksLike, wrongKind } from './file-kinds.ts';
import type { Tensor } from './tensor.ts';
import { readTensor, type TensorEntry, type TensorFile } from './tensor-file.ts';

/** The vectors of a textual inversion for each text encoder, [n][width]; none for an encoder that it leaves out. */
type EmbeddingVectors = readonly (readonly Float32Array[])[];

/**
 * The vectors of a textual inversion file, which a prompt calls `name`. Each encoder takes the tensor of its own width: `emb_params`,
 * `string_to_param.*` (as AUTOMATIC1111's web UI and the first trainers write it), `clip_l` and `clip_g` (SDXL), or a token's name
 * (diffusers). A file with several inside, such as a LoRA, gives the one of that name, or all of them in a row.
 * Throws a ProblemError if the file is none, or if none of its tensors fits.
 */
export async function readEmbedding(file: TensorFile, name: string, encoders: readonly TextConfig[]): Promise<EmbeddingVectors> {
  const own = bundledEmbedding(file, name);
  return readVectors(file, own === undefined ? vectorGroups(file) : [own], encoders);
}

/**
 * The widths of the vectors in a textual inversion file, of which each encoder has one of its own.
 * Throws a ProblemError if the file is none.
 */
export function embeddingWidths(file: TensorFile): ReadonlySet<number> {
  return new Set(vectorGroups(file).flatMap((group) => group.map(([, { shape }]) => shape.at(-1) ?? 0)));
}

/** The tensors of each textual inversion in a file. Throws a ProblemError if there is none. */
function vectorGroups(file: TensorFile): readonly Vectors[] {
  const bundles = bundledEmbeddings(file);
  if (bundles.size > 0) return [...bundles.values()];
  const keys = [...file.tensors.keys()];
  const vectors = [...file.tensors].filter(([, { shape }]) => isVectors(shape));
  const isEmbedding = looksLike(keys, 'embedding') || keys.every(isToken);
  if (vectors.length === 0 || !isEmbedding) throw wrongKind(basename(file.path), keys, 'embedding');
  return [vectors];
}

/** The textual inversion inside another file that a prompt calls `name`, with or without folder and ending; undefined if there is none. */
export function bundledEmbedding(file: TensorFile, name: string): Vectors | undefined {
  const last = basename(name).toLowerCase();
  const bundles = bundledEmbeddings(file);
  return bundles.get(last) ?? bundles.get(basename(last, extname(last)));
}

type Vectors = readonly (readonly [key: string, entry: TensorEntry])[];

/** Textual inversions inside another file, such as a LoRA or a checkpoint, by their names in lower case. */
function bundledEmbeddings(file: TensorFile): ReadonlyMap<string, Vectors> {
  const found = new Map<string, Vectors>();
  for (const [key, entry] of file.tensors) {
    const name = /^bundle_emb\.(.+)\.(string_to_param\.\*|emb_params|clip_[lg])$/.exec(key)?.[1]?.toLowerCase();
    if (name !== undefined && isVectors(entry.shape)) found.set(name, [...(found.get(name) ?? []), [key, entry]]);
  }
  return found;
}

/** Layers of networks have dots in their names. */
function isToken(key: string): boolean {
  return !/\.(weight|bias|alpha)$/.test(key);
}

function isVectors(shape: readonly number[]): boolean {
  return shape.length === 1 || shape.length === 2;
}

/** For each encoder the first tensor of its width in each of the groups, in a row. */
async function readVectors(file: TensorFile, groups: readonly Vectors[], encoders: readonly TextConfig[]): Promise<EmbeddingVectors> {
  const keys = encoders.map(({ width }) => groups.flatMap((group) => group.find(([, { shape }]) => shape.at(-1) === width)?.[0] ?? []));
  if (keys.every((own) => own.length === 0)) throw wrongWidth(file, groups.flat(), encoders);
  return Promise.all(keys.map(async (own) => (await Promise.all(own.map((key) => readTensor(file, key)))).flatMap(rowsOf)));
}

function rowsOf({ data, shape }: Tensor): readonly Float32Array[] {
  const width = shape[shape.length - 1];
  return Array.from({ length: data.length / width }, (_, row) => data.subarray(row * width, (row + 1) * width));
}

function wrongWidth(file: TensorFile, vectors: Vectors, encoders: readonly TextConfig[]): ProblemError {
  // SDXL reads the vectors of two encoders side by side.
  const sum = (widths: readonly number[]) => widths.reduce((all, width) => all + width, 0);
  const own = [...new Set(vectors.map(([, { shape }]) => shape.at(-1) ?? 0))];
  const wanted = encoders.map(({ width }) => width);
  return new ProblemError({
    what: `The embedding "${basename(file.path)}" was made for ${familyReading(sum(own))}, but the text encoder belongs to ${familyReading(sum(wanted))}.`,
    fix: 'Choose an embedding that was made for the same family of models.',
  });
}
