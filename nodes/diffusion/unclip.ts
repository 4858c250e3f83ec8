import type { UnclipPicture } from '../types.ts';
import { createGenerator } from './noise.ts';
import { roundHalfToEven } from './rounding.ts';
import { sinusoid } from './sinusoid.ts';
import { readTensor, type TensorFile } from './tensor-file.ts';

/** Mean and standard deviation of the embeddings that an unCLIP model was trained on, one number a channel. */
export type EmbeddingStatistics = { readonly mean: Float32Array; readonly std: Float32Array };

const noiseLevels = 1000;
/** How much several pictures together are noised after they were added up. */
const mergedAugmentation = 0.05;

/** Reads the statistics from an unCLIP checkpoint; undefined if it has none. */
export async function readEmbeddingStatistics(file: TensorFile): Promise<EmbeddingStatistics | undefined> {
  const keys = ['noise_augmentor.data_mean', 'noise_augmentor.data_std'];
  if (!keys.every((key) => file.tensors.has(key))) return undefined;
  const [mean, std] = await Promise.all(keys.map((key) => readTensor(file, key)));
  return { mean: mean.data, std: std.data };
}

/**
 * The vector that unCLIP models take beside the prompt (Ramesh et al. 2022; Stable unCLIP): each picture's embedding, noised to its
 * level, then a sinusoid of that level; both times its strength. Several are added up and noised a little once more.
 * All zeros without pictures. `width` is that of an embedding, the result is twice as long. `seed` decides the noise.
 */
export function unclipVector(
  pictures: readonly UnclipPicture[],
  width: number,
  statistics: EmbeddingStatistics | undefined,
  seed: bigint,
): Float32Array {
  const augment = (embedding: Float32Array, augmentation: number) =>
    noisedEmbedding(embedding, roundHalfToEven((noiseLevels - 1) * augmentation), statistics ?? standard(width), seed);
  const parts = pictures.flatMap(({ embeds, strength, noiseAugmentation }) =>
    Array.from({ length: embeds.shape[0] }, (_, item) =>
      augment(embeds.data.subarray(item * width, (item + 1) * width), noiseAugmentation).map((value) => value * strength),
    ),
  );
  if (parts.length === 0) return new Float32Array(2 * width);
  if (parts.length === 1) return parts[0];
  const sum = Float32Array.from({ length: width }, (_, i) => parts.reduce((total, part) => total + part[i], 0));
  return augment(sum, mergedAugmentation);
}

function standard(width: number): EmbeddingStatistics {
  return { mean: new Float32Array(width), std: new Float32Array(width).fill(1) };
}

function noisedEmbedding(embedding: Float32Array, level: number, { mean, std }: EmbeddingStatistics, seed: bigint): Float32Array {
  const width = embedding.length;
  const alphaBar = cosineAlphaBar(level);
  const noise = createGenerator(seed).randn([1, width]).data;
  const result = new Float32Array(2 * width);
  for (let i = 0; i < width; i++) {
    const normal = (embedding[i] - mean[i]) / std[i];
    result[i] = (Math.sqrt(alphaBar) * normal + Math.sqrt(1 - alphaBar) * noise[i]) * std[i] + mean[i];
  }
  result.set(sinusoid(level, width), width);
  return result;
}

/** What is left of the signal's variance after `level` + 1 steps of the cosine schedule (Nichol and Dhariwal 2021, eq. 17). */
function cosineAlphaBar(level: number): number {
  const f = (t: number) => Math.cos(((t / noiseLevels + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  let product = 1;
  for (let t = 0; t <= level; t++) product *= 1 - Math.min(1 - f(t + 1) / f(t), 0.999);
  return product;
}
