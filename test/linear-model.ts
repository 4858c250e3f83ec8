import type { CheckpointConfig } from '../nodes/diffusion/config.ts';
import type { UnetCall } from '../nodes/diffusion/engine.ts';
import { map, repeatToBatch } from '../nodes/diffusion/tensor.ts';

/** The sizes of a model small enough to be a formula. Its prompts are 8 numbers wide. */
export const linearConfig: CheckpointConfig = {
  family: 'sd1',
  unet: {
    in_channels: 4,
    model_channels: 32,
    channel_mult: [1],
    num_res_blocks: 1,
    transformer_depth: [1],
    middle_depth: 1,
    num_heads: 4,
    context_dim: 8,
    norm_groups: 32,
    linear_projections: false,
    adm_channels: null,
  },
  vae: { channels: 32, channel_mult: [1], num_res_blocks: 1, z_channels: 4, norm_groups: 32, scale_factor: 0.5 },
  text: [],
  schedule: { beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012, timesteps: 1000, prediction: 'eps' },
};

/** A model whose noise prediction is its input times the first number of each item's prompt. */
export const linearUnet: UnetCall = async ({ x: pictures, context }) => {
  const [items, count, width] = context.shape;
  const x = repeatToBatch(pictures, items);
  const length = x.data.length / items;
  return map(x, (value, i) => value * context.data[Math.floor(i / length) * count * width]);
};
