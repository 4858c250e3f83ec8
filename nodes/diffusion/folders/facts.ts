import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ProblemError } from '../../problem.ts';
import type { ScheduleConfig, VaeConfig } from '../config.ts';

const mostBytes = 4 * 1024 * 1024;

const schedulerFacts = z.object({
  _class_name: z.string().optional(),
  prediction_type: z.string().optional(),
  beta_schedule: z.string().optional(),
  beta_start: z.number().positive().optional(),
  beta_end: z.number().positive().optional(),
  num_train_timesteps: z.int().positive().max(100_000).optional(),
  rescale_betas_zero_snr: z.boolean().nullish(),
  sigma_data: z.number().positive().optional(),
  sigma_min: z.number().positive().nullish(),
  sigma_max: z.number().positive().nullish(),
});

const vaeFacts = z.object({
  scaling_factor: z.number().positive().optional(),
  latents_mean: z.array(z.number()).nullish(),
  latents_std: z.array(z.number().positive()).nullish(),
});

const unetFacts = z.object({ in_channels: z.int().positive().optional() });

const predictions: Readonly<Record<string, ScheduleConfig['prediction']>> = { epsilon: 'eps', v_prediction: 'v', sample: 'x0' };

/**
 * How a model folder says its U-Net was trained (`scheduler/scheduler_config.json`); `recognised` where it does not say so.
 * Throws a ProblemError for a schedule that Weft does not know.
 */
export async function readSchedule(folder: string, recognised: ScheduleConfig): Promise<ScheduleConfig> {
  const facts = await readFacts(folder, 'scheduler/scheduler_config.json', schedulerFacts);
  if (facts === undefined) return recognised;
  const { sigma_data, sigma_min, sigma_max } = facts;
  if (facts._class_name?.startsWith('EDM') && sigma_data !== undefined) {
    return { ...recognised, prediction: 'edm', edm: { sigma_data, sigma_min: sigma_min ?? 0.002, sigma_max: sigma_max ?? 80 } };
  }
  const prediction = recognised.prediction === 'lcm' ? 'lcm' : predictions[facts.prediction_type ?? 'epsilon'];
  const betas = facts.beta_schedule ?? recognised.beta_schedule;
  if (prediction === undefined || (betas !== 'scaled_linear' && betas !== 'linear')) {
    throw new ProblemError({
      what: `The folder "${basename(folder)}" asks for the schedule "${betas}" with the prediction "${facts.prediction_type}", which Weft does not know.`,
      fix: 'Choose another model.',
    });
  }
  return {
    beta_schedule: betas,
    beta_start: facts.beta_start ?? recognised.beta_start,
    beta_end: facts.beta_end ?? recognised.beta_end,
    timesteps: facts.num_train_timesteps ?? recognised.timesteps,
    prediction,
    ...(facts.rescale_betas_zero_snr === true ? { zero_terminal_snr: true } : {}),
  };
}

/** The scale of latents that a model folder states (`vae/config.json`); `recognised` where it does not. */
export async function readLatents<T extends VaeConfig>(folder: string, recognised: T): Promise<T> {
  const facts = await readFacts(folder, 'vae/config.json', vaeFacts);
  if (facts === undefined) return recognised;
  const { scaling_factor: scale, latents_mean: mean, latents_std: std } = facts;
  const normal = mean?.length === recognised.z_channels && std?.length === recognised.z_channels;
  return {
    ...recognised,
    ...(scale === undefined ? {} : { scale_factor: scale }),
    ...(normal ? { latent_mean: mean, latent_std: std } : {}),
  };
}

/** How many channels the U-Net of a model folder takes (`unet/config.json`); 4 where it does not say so. */
export async function readInputChannels(folder: string): Promise<number> {
  return (await readFacts(folder, 'unet/config.json', unetFacts))?.in_channels ?? 4;
}

/** What a JSON file below a folder says; undefined where there is none. */
async function readFacts<T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const path = join(folder, name);
  let text: string;
  try {
    if ((await stat(path)).size > mostBytes) throw wrong(folder, name, 'it is too long');
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    return undefined;
  }
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw wrong(folder, name, z.prettifyError(parsed.error).split('\n').slice(0, 2).join(' '));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw wrong(folder, name, 'it is not JSON');
    throw cause;
  }
}

function wrong(folder: string, name: string, why: string): ProblemError {
  return new ProblemError({
    what: `The file "${name}" in the folder "${basename(folder)}" is wrong: ${why}.`,
    fix: 'Download the folder again, or choose another one.',
  });
}
