import { ProblemError } from '../problem.ts';
import { knownInputChannels } from './concat-input.ts';
import type { CheckpointConfig, TextConfig, UnetConfig, VaeConfig, VisionConfig } from './config.ts';

/** The largest size of any layer; real ones stay below 20,480. Keeps a hostile description from asking for endless graphs. */
const largestSize = 65_536;

/** Throws a ProblemError if the sizes of a checkpoint contradict each other, or are of a network that the graphs cannot express. */
export function checkSizes(config: CheckpointConfig, name: string): void {
  const { unet, vae, text, schedule } = config;
  refuseHuge({ unet, text, timesteps: schedule.timesteps }, name);
  checkVaeSizes(vae, name);
  checkUnetSizes(unet, name);
  for (const encoder of text) checkTextSizes(encoder, name);
  const width = text.reduce((sum, encoder) => sum + encoder.width, 0);
  if (width !== unet.context_dim) throw badSizes(name, `its text encoders are ${width} wide, its U-Net expects ${unet.context_dim}`);
}

/** The same for a text encoder. */
export function checkTextSizes({ width, heads, hidden, layers, projection }: TextConfig, name: string): void {
  refuseHuge({ width, heads, layers, projection }, name);
  if (width % heads !== 0) throw badSizes(name, `a text encoder of width ${width} cannot have ${heads} heads`);
  if (-hidden > layers) throw badSizes(name, `a text encoder of ${layers} layers has no layer ${hidden}`);
}

/** The same for a U-Net. */
export function checkUnetSizes(unet: UnetConfig, name: string): void {
  refuseHuge(unet, name);
  if (!knownInputChannels.includes(unet.in_channels)) {
    throw new ProblemError({
      what: `The file "${name}" takes ${unet.in_channels} input channels, as models that are led by depth do; Weft cannot run these.`,
      fix: 'Choose a checkpoint for text to image, for inpainting or for editing by instruction, and lead it by depth with a ControlNet.',
    });
  }
  if (unet.transformer_depth.length !== unet.channel_mult.length) throw badSizes(name, 'not every level has a transformer depth');
  const up = unet.output_transformer_depth;
  if (up !== undefined && (up.length !== unet.channel_mult.length || up.some((depths) => depths.length !== unet.num_res_blocks + 1))) {
    throw badSizes(name, 'not every output block has a transformer depth');
  }
  for (const [level, factor] of unet.channel_mult.entries()) {
    const channels = unet.model_channels * factor;
    if (channels % unet.norm_groups !== 0) throw badSizes(name, `${channels} channels cannot be split into ${unet.norm_groups} groups`);
    const usesAttention =
      unet.transformer_depth[level] > 0 ||
      up?.[level].some((depth) => depth > 0) ||
      (level === unet.channel_mult.length - 1 && unet.middle_depth > 0);
    const heads = unet.num_heads ?? channels / (unet.head_channels ?? channels);
    if (usesAttention && (!Number.isInteger(heads) || channels % heads !== 0)) {
      throw badSizes(name, `${channels} channels cannot be split into its attention heads`);
    }
  }
  if ((unet.guidance_width ?? 4) % 2 !== 0 || unet.guidance_width === 2) throw badSizes(name, 'its guidance_width is odd');
  if (unet.model_channels % 2 !== 0) throw badSizes(name, 'its model_channels are odd');
}

/** The same for a ControlNet. */
export function checkControlNetSizes(unet: UnetConfig, name: string): void {
  refuseHuge(unet, name);
  if (unet.in_channels !== 4) throw badSizes(name, `a ControlNet of ${unet.in_channels} input channels fits no model`);
  checkUnetSizes(unet, name);
}

/** The same for a VAE. */
export function checkVaeSizes(vae: VaeConfig, name: string): void {
  refuseHuge(vae, name);
  if (vae.z_channels !== 4) {
    throw new ProblemError({
      what: `The VAE in "${name}" has ${vae.z_channels} latent channels; Weft knows those with 4.`,
      fix: 'Choose a VAE of Stable Diffusion 1.x, 2.x or SDXL.',
    });
  }
  if (vae.channel_mult.length !== 4) throw badSizes(name, 'its VAE does not shrink pictures by 8');
  const widths = vae.channel_mult.map((factor) => vae.channels * factor);
  if (widths.some((channels) => channels % vae.norm_groups !== 0)) {
    throw badSizes(name, `the VAE's channels cannot be split into ${vae.norm_groups} groups`);
  }
}

/** The same for an image encoder. */
export function checkVisionSizes(vision: VisionConfig, name: string): void {
  refuseHuge(vision, name);
  const { width, heads, image_size: side, patch } = vision;
  if (width % heads !== 0) throw badSizes(name, `an image encoder of width ${width} cannot have ${heads} heads`);
  if (side % patch !== 0) throw badSizes(name, 'its image encoder does not look at squares');
}

function* numbersIn(value: unknown): Iterable<number> {
  if (typeof value === 'number') yield value;
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* numbersIn(item);
}

function refuseHuge(sizes: unknown, name: string): void {
  const tooLarge = [...numbersIn(sizes)].find((size) => size > largestSize);
  if (tooLarge !== undefined) throw badSizes(name, `a size of ${tooLarge} is beyond every model`);
}

function badSizes(name: string, why: string): ProblemError {
  return new ProblemError({
    what: `The sizes of the networks in "${name}" cannot be right: ${why}.`,
    fix: 'Choose another file, or ask the person who made this one to mend it.',
  });
}
