import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import type { CheckpointConfig, ScheduleConfig, VaeConfig } from './config.ts';
import { unetPrefix } from './models/unet.ts';
import { readTensor, type TensorFile } from './tensor-file.ts';

/** How a U-Net was trained: what it predicts at which noise levels, and in which scale of latents. */
export type Training = {
  readonly schedule: ScheduleConfig;
  readonly latents: Pick<VaeConfig, 'scale_factor' | 'latent_mean' | 'latent_std'>;
};

const latentScale: Record<CheckpointConfig['family'], number> = { sd1: 0.18215, sd2: 0.18215, sdxl: 0.13025, sdxl_refiner: 0.13025 };

/** The scale of the latents that a family's U-Nets were trained on. */
export function latentScaleOf(family: CheckpointConfig['family']): number {
  return latentScale[family];
}

/** The noise schedule that all Stable Diffusion models were trained with. */
export function trainingSchedule(prediction: ScheduleConfig['prediction']): ScheduleConfig {
  return { beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012, timesteps: 1000, prediction };
}

/**
 * How the U-Net of a file was trained, by known marks, as the shapes are the same. The file's keys are those of a checkpoint.
 * Throws a ProblemError for builds that Weft does not know.
 */
export async function recogniseTraining(file: TensorFile, family: CheckpointConfig['family']): Promise<Training> {
  refuseUnknownBuilds(file);
  const latents = { scale_factor: latentScale[family] };
  if (file.tensors.has('edm_mean')) return playground(file);
  // Only latent consistency models (Luo et al. 2023) are told the scale of guidance.
  if (file.tensors.has(`${unetPrefix}time_embed.cond_proj.weight`)) return { schedule: trainingSchedule('lcm'), latents };
  if (file.tensors.has('v_pred')) {
    const schedule = trainingSchedule('v');
    return { schedule: file.tensors.has('ztsnr') ? { ...schedule, zero_terminal_snr: true } : schedule, latents };
  }
  return { schedule: trainingSchedule(family === 'sd2' && (await hasWideBias(file)) ? 'v' : 'eps'), latents };
}

/** Playground 2.5 (Li et al. 2024) normalises its latents, and was trained on noise levels of EDM. */
async function playground(file: TensorFile): Promise<Training> {
  const [mean, std] = await Promise.all(['edm_mean', 'edm_std'].map(async (key) => [...(await readTensor(file, key)).data]));
  return {
    schedule: { ...trainingSchedule('edm'), edm: { sigma_data: 0.5, sigma_min: 0.002, sigma_max: 80 } },
    latents: { scale_factor: 0.5, latent_mean: mean, latent_std: std },
  };
}

function refuseUnknownBuilds(file: TensorFile): void {
  const name = basename(file.path);
  if (file.tensors.has('scaled_fp8')) {
    throw new ProblemError({
      what: `The file "${name}" stores its weights as float8 with scales beside them, which Weft does not read.`,
      fix: 'Choose a version of the model in float16 or in plain float8.',
    });
  }
  if (file.tensors.has('edm_vpred.sigma_max')) {
    throw new ProblemError({
      what: `The file "${name}" is a CosXL model, whose noise levels Weft does not know.`,
      fix: 'Choose another SDXL checkpoint.',
    });
  }
}

/** SD2 models that predict v have learned larger numbers here than those that predict the noise. */
async function hasWideBias(file: TensorFile): Promise<boolean> {
  const mark = `${unetPrefix}output_blocks.11.1.transformer_blocks.0.norm1.bias`;
  return file.tensors.has(mark) && standardDeviation((await readTensor(file, mark)).data) > 0.09;
}

function standardDeviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
