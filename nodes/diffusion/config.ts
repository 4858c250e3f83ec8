import { z } from 'zod';

const positive = z.int().positive();

const depth = z.int().nonnegative();

const unetConfig = z.object({
  in_channels: positive,
  model_channels: positive,
  channel_mult: z.array(positive).min(1),
  num_res_blocks: positive,
  /** Of the blocks of each level. */
  transformer_depth: z.array(depth),
  /** For each level, that of its output blocks in the order in which they run, where it is not `transformer_depth` (SSD-1B). */
  output_transformer_depth: z.array(z.array(depth)).optional(),
  middle_depth: depth,
  /** The residual blocks in the middle, 2 where absent: SSD-1B and Vega have 1, KOALA-700M has none. */
  middle_residuals: z.int().min(0).max(2).optional(),
  num_heads: positive.nullish(),
  head_channels: positive.nullish(),
  context_dim: positive,
  norm_groups: positive,
  linear_projections: z.boolean(),
  adm_channels: positive.nullable(),
  /** Models distilled from guidance (latent consistency models), which are told its scale: the width of its sinusoid. */
  guidance_width: positive.optional(),
  /** unCLIP models: `adm` is a picture's CLIP embedding of this width, noised, and a sinusoid of the noise's timestep of the same width. */
  noise_augmentation: z.object({ width: positive }).optional(),
});

const vaeConfig = z.object({
  channels: positive,
  channel_mult: z.array(positive).min(1),
  num_res_blocks: positive,
  z_channels: positive,
  norm_groups: positive,
  scale_factor: z.number().positive(),
  /** Mean and standard deviation of each latent channel, where the U-Net was trained on latents normalised by them. */
  latent_mean: z.array(z.number()).optional(),
  latent_std: z.array(z.number().positive()).optional(),
});

const clipLayout = z.enum(['transformers', 'open_clip']);
const clipActivation = z.enum(['quick_gelu', 'gelu']);

const textConfig = z.object({
  layout: clipLayout,
  /** What the keys of this encoder begin with. */
  prefix: z.string(),
  width: positive,
  layers: positive,
  heads: positive,
  activation: clipActivation,
  /** The layer whose output is used: -1 = last. */
  hidden: z.int().negative(),
  final_norm: z.boolean(),
  /** The width of the projected pooled output (`text_projection`); null where there is no projection. */
  projection: positive.nullable(),
  pad_token: z.int().nonnegative(),
});

/** The image encoder of a CLIP model. */
export const visionConfig = z.object({
  layout: clipLayout,
  /** What the keys of this encoder begin with; transformers keep the projection beside it. */
  prefix: z.string(),
  width: positive,
  layers: positive,
  heads: positive,
  /** The inner width of the feed-forward layers. */
  forward: positive,
  activation: clipActivation,
  /** Pixels a side of one patch, and of the picture. */
  patch: positive,
  image_size: positive,
  /** The width of the space that texts share; null where the file has no projection into it. */
  projection: positive.nullable(),
});

/** What the `weft.config` entry of a file with an image encoder may say: what its shapes cannot tell. */
export const statedVision = z.object({ heads: positive.optional(), activation: clipActivation.optional() });

const scheduleConfig = z.object({
  beta_schedule: z.enum(['scaled_linear', 'linear']),
  beta_start: z.number().positive(),
  beta_end: z.number().positive(),
  timesteps: positive,
  /** What the network's output stands for: see predictionFactors. */
  prediction: z.enum(['eps', 'v', 'x0', 'edm', 'lcm']),
  /** True where the last timestep is pure noise (Lin et al. 2023). */
  zero_terminal_snr: z.boolean().optional(),
  /** Of a network trained on a continuous range of noise levels (prediction `edm`). */
  edm: z.object({ sigma_data: z.number().positive(), sigma_min: z.number().positive(), sigma_max: z.number().positive() }).optional(),
});

/** The sizes of a ControlNet: those of the U-Net whose encoder it copies. */
export const controlNetConfig = z.object({ unet: unetConfig });

/** The sizes of a checkpoint's networks: from the `weft.config` entry of its metadata, or recognised from keys and shapes. */
export const checkpointConfig = z.object({
  family: z.enum(['sd1', 'sd2', 'sdxl', 'sdxl_refiner']),
  unet: unetConfig,
  vae: vaeConfig,
  text: z.array(textConfig).min(1),
  schedule: scheduleConfig,
});

export type CheckpointConfig = z.infer<typeof checkpointConfig>;
/** What a U-Net needs to sample; `vae` tells the latent space that it was trained in, and holds no weights of its own. */
export type ModelConfig = Omit<CheckpointConfig, 'text'>;
export type UnetConfig = CheckpointConfig['unet'];
export type ControlNetConfig = z.infer<typeof controlNetConfig>;
export type VaeConfig = CheckpointConfig['vae'];
export type TextConfig = CheckpointConfig['text'][number];
export type VisionConfig = z.infer<typeof visionConfig>;
/** A CLIP model: its image encoder, and what compares pictures with texts where the file has it. */
export type ClipConfig = {
  readonly vision: VisionConfig;
  /** The text encoder that shares the image encoder's space. */
  readonly text?: TextConfig;
  /** What cosines are multiplied by before a softmax. */
  readonly logitScale: number;
};
export type ScheduleConfig = CheckpointConfig['schedule'];
