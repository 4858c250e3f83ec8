import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import type { TextConfig } from './config.ts';
import type { Tensor } from './tensor.ts';
import { readTensor, type TensorFile } from './tensor-file.ts';

/**
 * The vectors of a textual inversion file for each text encoder, [n][width]; none for an encoder that the file leaves out.
 * Each encoder takes the tensor of its own width, whatever the file calls it (`emb_params`, `clip_l`, `clip_g`, a token's name, ...).
 * Throws a ProblemError if no tensor fits.
 */
export async function readEmbedding(file: TensorFile, encoders: readonly TextConfig[]): Promise<readonly (readonly Float32Array[])[]> {
  const entries = [...file.tensors].filter(([, { shape }]) => shape.length === 1 || shape.length === 2);
  const keys = encoders.map(({ width }) => entries.find(([, { shape }]) => shape.at(-1) === width)?.[0]);
  if (keys.every((key) => key === undefined)) throw wrongWidth(file, encoders);
  return Promise.all(keys.map(async (key) => (key === undefined ? [] : rowsOf(await readTensor(file, key)))));
}

function rowsOf({ data, shape }: Tensor): readonly Float32Array[] {
  const width = shape[shape.length - 1];
  return Array.from({ length: data.length / width }, (_, row) => data.subarray(row * width, (row + 1) * width));
}

function wrongWidth(file: TensorFile, encoders: readonly TextConfig[]): ProblemError {
  const own = [...new Set([...file.tensors.values()].map(({ shape }) => shape.at(-1) ?? 0))].slice(0, 3);
  const wanted = encoders.map(({ width }) => width);
  return new ProblemError({
    what: `The embedding "${basename(file.path)}" is ${own.join(' and ')} wide, but the checkpoint's text encoder is ${wanted.join(' and ')} wide.`,
    fix: 'Choose an embedding that was made for the same family of models.',
  });
}
