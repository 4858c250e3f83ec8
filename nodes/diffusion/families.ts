import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import type { CheckpointConfig, ScheduleConfig, TextConfig, UnetConfig, VaeConfig } from './config.ts';
import { wrongKind } from './file-kinds.ts';
import { unetPrefix } from './models/unet.ts';
import { vaePrefix } from './models/vae.ts';
import type { TensorFile } from './tensor-file.ts';

type Family = CheckpointConfig['family'];

/** The width of the text's context tells the families apart (each was trained with other text encoders). */
const familyByContext: ReadonlyMap<number, Family> = new Map([
  [768, 'sd1'],
  [1024, 'sd2'],
  [2048, 'sdxl'],
  [1280, 'sdxl_refiner'],
]);

const latentScale: Record<Family, number> = { sd1: 0.18215, sd2: 0.18215, sdxl: 0.13025, sdxl_refiner: 0.13025 };

/** The noise schedule that all Stable Diffusion models were trained with. */
export function trainingSchedule(prediction: ScheduleConfig['prediction']): ScheduleConfig {
  return { beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012, timesteps: 1000, prediction };
}

/**
 * Reads the sizes of a real checkpoint from its keys and shapes. What the shapes don't tell (eps or v) is left to the caller.
 * Throws a ProblemError that says what the file looks like where it is of no known family.
 */
export function recogniseFamily(file: TensorFile): Omit<CheckpointConfig, 'schedule'> {
  const name = basename(file.path);
  const unet = recogniseUnet(file, unetPrefix);
  if (unet === undefined) throw wrongKind(name, file.tensors.keys(), 'checkpoint');
  const family = familyByContext.get(unet.context_dim);
  if (family === undefined) {
    throw new ProblemError({
      what: `The file "${name}" is a diffusion model whose text is ${unet.context_dim} wide, which fits no family that Weft knows.`,
      fix: 'Choose a Stable Diffusion 1.x, 2.x or SDXL checkpoint.',
    });
  }
  const vae = recogniseVae(file, vaePrefix);
  const text = textEncoders[family].map((recognise) => recognise(file)).filter((found) => found !== undefined);
  const missing = [
    ...(text.length === textEncoders[family].length ? [] : [text.length === 0 ? 'its text encoder' : 'one of its two text encoders']),
    ...(vae === undefined ? ['its VAE'] : []),
  ];
  if (vae === undefined || missing.length > 0) {
    throw new ProblemError({
      what: `The file "${name}" holds a U-Net, but lacks ${missing.join(' and ')}.`,
      fix: 'Choose a whole checkpoint: one that holds U-Net, text encoder and VAE.',
    });
  }
  return { family, unet, vae: { ...vae, scale_factor: latentScale[family] }, text };
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
  const context = attention === undefined ? contextByAdm.get(adm) : shape(`${attention}.transformer_blocks.0.attn2.to_k.weight`)?.[1];
  if (context === undefined || levels.length === 0) return undefined;
  return {
    in_channels: inChannels,
    model_channels: modelChannels,
    channel_mult: levels.map(({ channels }) => channels / modelChannels),
    num_res_blocks: levels[0].blocks,
    transformer_depth: levels.map(({ depth }) => depth),
    middle_depth: transformerDepth(file, `${prefix}middle_block.1`),
    ...(familyByContext.get(context) === 'sd1' ? { num_heads: 8, head_channels: null } : { num_heads: null, head_channels: 64 }),
    context_dim: context,
    norm_groups: 32,
    linear_projections: attention !== undefined && shape(`${attention}.proj_in.weight`)?.length === 2,
    adm_channels: adm,
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
    if (level.depth !== depth || level.channels !== out) throw distilled(file);
  }
}

/** SSD-1B, Vega and KOALA are SDXL with fewer transformers in some blocks of a level. */
function distilled(file: TensorFile): ProblemError {
  return new ProblemError({
    what: `The file "${basename(file.path)}" looks like a shrunk SDXL (such as SSD-1B, Vega or KOALA), which Weft cannot run.`,
    fix: 'Choose a full SDXL checkpoint.',
  });
}

function transformerDepth(file: TensorFile, key: string): number {
  return countWhile((index) => file.tensors.has(`${key}.transformer_blocks.${index}.norm1.weight`));
}

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
    scale_factor: latentScale.sd1,
  };
}

type TextRecogniser = (file: TensorFile) => TextConfig | undefined;

/** The text encoders of each family, in the order in which their outputs are joined. */
const textEncoders: Record<Family, readonly TextRecogniser[]> = {
  sd1: [
    (file) =>
      clipL(file, 'cond_stage_model.transformer.text_model.', { hidden: -1, final_norm: true }) ??
      clipL(file, 'cond_stage_model.transformer.', { hidden: -1, final_norm: true }),
  ],
  sd2: [(file) => openClip(file, 'cond_stage_model.model.', { hidden: -2, final_norm: true })],
  sdxl: [
    (file) => clipL(file, 'conditioner.embedders.0.transformer.text_model.', { hidden: -2, final_norm: false }),
    (file) => openClip(file, 'conditioner.embedders.1.model.', { hidden: -2, final_norm: false }),
  ],
  sdxl_refiner: [(file) => openClip(file, 'conditioner.embedders.0.model.', { hidden: -2, final_norm: false })],
};

type Taken = { readonly hidden: number; readonly final_norm: boolean };

/** All of CLIP's published text encoders have heads of 64 channels. */
const textHeadSize = 64;

/** CLIP's text encoder under transformers' names, if the file has one below the prefix. */
export function clipL(file: TensorFile, prefix: string, taken: Taken): TextConfig | undefined {
  const width = file.tensors.get(`${prefix}embeddings.token_embedding.weight`)?.shape[1];
  if (width === undefined) return undefined;
  return {
    layout: 'transformers',
    prefix,
    width,
    layers: countWhile((layer) => file.tensors.has(`${prefix}encoder.layers.${layer}.layer_norm1.weight`)),
    heads: width / textHeadSize,
    activation: 'quick_gelu',
    ...taken,
    projection: null,
    pad_token: 49407,
  };
}

/** CLIP's text encoder under OpenCLIP's names, if the file has one below the prefix. */
export function openClip(file: TensorFile, prefix: string, taken: Taken): TextConfig | undefined {
  const width = file.tensors.get(`${prefix}token_embedding.weight`)?.shape[1];
  if (width === undefined) return undefined;
  return {
    layout: 'open_clip',
    prefix,
    width,
    layers: countWhile((layer) => file.tensors.has(`${prefix}transformer.resblocks.${layer}.ln_1.weight`)),
    heads: width / textHeadSize,
    activation: 'gelu',
    ...taken,
    projection: file.tensors.get(`${prefix}text_projection`)?.shape[1] ?? null,
    pad_token: 0,
  };
}

export function countWhile(has: (index: number) => boolean): number {
  let count = 0;
  while (has(count)) count += 1;
  return count;
}
