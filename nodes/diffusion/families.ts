import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import type { CheckpointConfig, UnetConfig, VaeConfig } from './config.ts';
import type { TensorFile } from './tensor-file.ts';
import { latentScaleOf } from './training.ts';

type Family = CheckpointConfig['family'];

/** The width of the text's context tells the families apart (each was trained with other text encoders). */
const familyByContext: ReadonlyMap<number, Family> = new Map([
  [768, 'sd1'],
  [1024, 'sd2'],
  [2048, 'sdxl'],
  [1280, 'sdxl_refiner'],
]);

/** What sentences call a family. */
export const familyInWords: Readonly<Record<Family, string>> = {
  sd1: 'Stable Diffusion 1.x',
  sd2: 'Stable Diffusion 2.x',
  sdxl: 'SDXL',
  sdxl_refiner: "SDXL's refiner",
};

/** The family whose models read text of a width; undefined where Weft knows none. */
export function familyOfContext(width: number): Family | undefined {
  return familyByContext.get(width);
}

/** What sentences call the family whose models read text of a width, also of one that Weft does not know. */
export function familyReading(width: number): string {
  const family = familyOfContext(width);
  return family === undefined ? `a family that reads text ${width} numbers wide` : familyInWords[family];
}

/** The family that a U-Net belongs to. Throws a ProblemError where Weft knows none. */
export function familyOfUnet({ context_dim }: Pick<UnetConfig, 'context_dim'>, name: string): Family {
  const family = familyOfContext(context_dim);
  if (family !== undefined) return family;
  throw new ProblemError({
    what: `The file "${name}" is a diffusion model of ${familyReading(context_dim)}, which Weft does not know.`,
    fix: 'Choose a Stable Diffusion 1.x, 2.x or SDXL checkpoint.',
  });
}

/**
 * The sizes of a U-Net, or of a network with its input blocks and middle, whose keys begin with `prefix`: walks the input blocks.
 * Undefined if the file has none.
 */
export function recogniseUnet(file: TensorFile, prefix: string): UnetConfig | undefined {
  const shape = (key: string) => file.tensors.get(prefix + key)?.shape;
  const first = shape('input_blocks.0.0.weight');
  if (first === undefined || first.length !== 4) return undefined;
  const [modelChannels, inChannels] = first;
  const levels = walkLevels(file, prefix);
  const attention = levels.findLast((level) => level.depth > 0)?.transformer;
  const adm = shape('label_emb.0.0.weight')?.[1] ?? null;
  const guidance = shape('time_embed.cond_proj.weight')?.[1];
  const context = attention === undefined ? contextByAdm.get(adm) : shape(`${attention}.transformer_blocks.0.attn2.to_k.weight`)?.[1];
  if (context === undefined || levels.length === 0) return undefined;
  return {
    in_channels: inChannels,
    model_channels: modelChannels,
    channel_mult: levels.map(({ channels }) => channels / modelChannels),
    num_res_blocks: levels[0].blocks,
    ...outputDepths(file, prefix, levels),
    ...middleSizes(file, prefix),
    ...(familyByContext.get(context) === 'sd1' ? { num_heads: 8, head_channels: null } : { num_heads: null, head_channels: 64 }),
    context_dim: context,
    norm_groups: 32,
    linear_projections: attention !== undefined && shape(`${attention}.proj_in.weight`)?.length === 2,
    adm_channels: adm,
    ...(guidance === undefined ? {} : { guidance_width: guidance }),
    // Of the families without sizes to tell, only SD2's unCLIP models take a vector beside the prompt: a picture and its noise level.
    ...(adm !== null && familyByContext.get(context) === 'sd2' ? { noise_augmentation: { width: adm / 2 } } : {}),
  };
}

/** Small ControlNets of SDXL have no transformers that would tell the width of the text's context. */
const contextByAdm: ReadonlyMap<number | null, number> = new Map([[2816, 2048]]);

type Level = { channels: number; blocks: number; depth: number; transformer: string };

function walkLevels(file: TensorFile, prefix: string): readonly Level[] {
  const levels: Level[] = [];
  let startsLevel = true;
  for (let index = 1; ; index++) {
    const key = `input_blocks.${index}`;
    const out = file.tensors.get(`${prefix}${key}.0.out_layers.0.weight`)?.shape[0];
    if (out === undefined) {
      if (!file.tensors.has(`${prefix}${key}.0.op.weight`)) return levels;
      startsLevel = true;
      continue;
    }
    const depth = transformerDepth(file, `${prefix}${key}.1`);
    if (startsLevel) levels.push({ channels: out, blocks: 0, depth, transformer: `${key}.1` });
    startsLevel = false;
    const level = levels[levels.length - 1];
    level.blocks += 1;
    if (level.depth !== depth || level.channels !== out) throw irregular(file);
  }
}

function irregular(file: TensorFile): ProblemError {
  return new ProblemError({
    what: `The file "${basename(file.path)}" holds a U-Net whose blocks differ within a level, which Weft cannot run.`,
    fix: 'Choose another version of the model.',
  });
}

/** SSD-1B and others that were shrunk have other transformers on the way up than on the way down. */
function outputDepths(
  file: TensorFile,
  prefix: string,
  levels: readonly Level[],
): Pick<UnetConfig, 'transformer_depth' | 'output_transformer_depth'> {
  const down = levels.map(({ depth }) => depth);
  let block = 0;
  const up = levels.toReversed().map(({ blocks }) => {
    const first = block;
    block += blocks + 1;
    return Array.from({ length: blocks + 1 }, (_, part) => transformerDepth(file, `${prefix}output_blocks.${first + part}.1`));
  });
  const hasOutput = file.tensors.has(`${prefix}output_blocks.0.0.in_layers.0.weight`);
  const isMirrored = up.toReversed().every((depths, level) => depths.every((depth) => depth === down[level]));
  return hasOutput && !isMirrored ? { transformer_depth: down, output_transformer_depth: up.toReversed() } : { transformer_depth: down };
}

/** The middle of SSD-1B and Vega ends after its first residual block, that of KOALA-700M is left out. */
function middleSizes(file: TensorFile, prefix: string): Pick<UnetConfig, 'middle_depth' | 'middle_residuals'> {
  const middle_depth = transformerDepth(file, `${prefix}middle_block.1`);
  const residuals = [0, 1, 2].filter((index) => file.tensors.has(`${prefix}middle_block.${index}.in_layers.0.weight`)).length;
  return residuals === 2 ? { middle_depth } : { middle_depth, middle_residuals: residuals };
}

function transformerDepth(file: TensorFile, key: string): number {
  return countWhile((index) => file.tensors.has(`${key}.transformer_blocks.${index}.norm1.weight`));
}

/** The sizes of the VAE that all families share, for U-Nets that come without one; its weights are not asked for. */
export const publishedVae: VaeConfig = {
  channels: 128,
  channel_mult: [1, 2, 4, 4],
  num_res_blocks: 2,
  z_channels: 4,
  norm_groups: 32,
  scale_factor: latentScaleOf('sd1'),
};

/** The VAE whose keys begin with `prefix`; undefined if there is none. Its scale factor is not in the file: SD1's is given. */
export function recogniseVae(file: TensorFile, prefix: string): VaeConfig | undefined {
  const shape = (key: string) => file.tensors.get(prefix + key)?.shape;
  const first = shape('encoder.conv_in.weight');
  const latent = shape('decoder.conv_in.weight');
  if (first === undefined || latent === undefined) return undefined;
  const levels = countWhile((level) => shape(`encoder.down.${level}.block.0.conv1.weight`) !== undefined);
  const [channels] = first;
  return {
    channels,
    channel_mult: Array.from({ length: levels }, (_, level) => (shape(`encoder.down.${level}.block.0.conv1.weight`)?.[0] ?? 0) / channels),
    num_res_blocks: countWhile((block) => shape(`encoder.down.0.block.${block}.conv1.weight`) !== undefined),
    z_channels: latent[1],
    norm_groups: 32,
    scale_factor: latentScaleOf('sd1'),
  };
}

export function countWhile(has: (index: number) => boolean): number {
  let count = 0;
  while (has(count)) count += 1;
  return count;
}
