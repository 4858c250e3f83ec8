import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import { checkSizes, checkTextSizes, checkUnetSizes, checkVaeSizes } from './check-sizes.ts';
import { type CheckpointConfig, checkpointConfig, type ModelConfig, type TextConfig, type VaeConfig } from './config.ts';
import { familyOfUnet, publishedVae, recogniseUnet, recogniseVae } from './families.ts';
import { wrongKind } from './file-kinds.ts';
import { singleFile } from './layouts/single-file.ts';
import { type TensorVisitor, visitTextEncoder, visitUnet, visitVae } from './models/tensors.ts';
import { unetPrefix } from './models/unet.ts';
import { vaePrefix } from './models/vae.ts';
import { fileWeights } from './models/weights.ts';
import { recogniseText, recogniseTexts, textSlots } from './recognise-text.ts';
import { statedConfig } from './stated-config.ts';
import type { TensorFile } from './tensor-file.ts';
import { recogniseTraining, type Training } from './training.ts';

/**
 * The sizes of a checkpoint's networks: from the `weft.config` entry of its metadata, or from its keys and shapes. Every tensor that
 * they ask for is there in the right shape, under the names that `singleFile` gives them.
 * Throws a ProblemError that says what the file is instead, or what it lacks.
 */
export async function detectCheckpoint(file: TensorFile): Promise<CheckpointConfig> {
  const config = statedConfig(file, checkpointConfig) ?? (await recogniseCheckpoint(file));
  checkSizes(config, basename(file.path));
  checkTensors(singleFile(file), (visit) => {
    visitUnet(config.unet, visit);
    visitVae(config.vae, vaePrefix, visit);
    for (const text of config.text) visitTextEncoder(text, visit);
  });
  return config;
}

/** The U-Net of a file that holds one alone, or of a whole checkpoint. Throws a ProblemError where there is none. */
export async function detectModel(file: TensorFile): Promise<ModelConfig> {
  const { text: _, ...stated } = statedConfig(file, checkpointConfig) ?? { text: [] };
  const config = 'unet' in stated ? stated : await recogniseModel(file, 'unet');
  checkUnetSizes(config.unet, basename(file.path));
  checkTensors(singleFile(file), (visit) => visitUnet(config.unet, visit), 'another U-Net');
  return config;
}

/** The VAE of a file in the folder `vae`, or that of a whole checkpoint. Throws a ProblemError where there is none. */
export function detectVae(file: TensorFile): VaeConfig {
  const name = basename(file.path);
  const vae = statedConfig(file, checkpointConfig)?.vae ?? recogniseVae(singleFile(file), vaePrefix);
  if (vae === undefined) throw wrongKind(name, file.tensors.keys(), 'vae');
  checkVaeSizes(vae, name);
  checkTensors(singleFile(file), (visit) => visitVae(vae, vaePrefix, visit), 'another VAE');
  return vae;
}

/**
 * The text encoder of a file that holds one alone, or of a whole checkpoint, as the family uses it in this place: SDXL joins a first
 * (CLIP-L) and a second (OpenCLIP bigG). Throws a ProblemError where there is none.
 */
export function detectText(file: TensorFile, family: CheckpointConfig['family'], place: number): TextConfig {
  const name = basename(file.path);
  const stated = statedConfig(file, checkpointConfig);
  const config = stated?.text[place] ?? recogniseText(file, family, place);
  if (config === undefined || !checkpointConfig.shape.text.safeParse([config]).success) {
    throw wrongKind(name, file.tensors.keys(), 'text_encoder');
  }
  checkTextSizes(config, name);
  checkTensors(file, (visit) => visitTextEncoder(config, visit), 'another text encoder');
  return config;
}

async function recogniseCheckpoint(file: TensorFile): Promise<CheckpointConfig> {
  const name = basename(file.path);
  const model = await recogniseModel(file, 'checkpoint');
  const vae = recogniseVae(singleFile(file), vaePrefix);
  const text = recogniseTexts(file, model.family);
  const wanted = textSlots[model.family].length;
  const missing = [
    ...(text.length === wanted ? [] : [text.length === 0 ? 'its text encoder' : 'one of its two text encoders']),
    ...(vae === undefined ? ['its VAE'] : []),
  ];
  if (vae === undefined || missing.length > 0) {
    throw new ProblemError({
      what: `The file "${name}" holds a U-Net, but lacks ${missing.join(' and ')}.`,
      fix: 'Choose a whole checkpoint: one that holds U-Net, text encoder and VAE. Parts alone have loaders of their own.',
    });
  }
  const config = { ...model, vae: { ...model.vae, ...vae, ...latentsOf(model.vae) }, text };
  if (!checkpointConfig.safeParse(config).success) throw wrongKind(name, [], 'checkpoint');
  return config;
}

async function recogniseModel(file: TensorFile, kind: 'checkpoint' | 'unet'): Promise<ModelConfig> {
  const name = basename(file.path);
  const named = singleFile(file);
  const unet = recogniseUnet(named, unetPrefix);
  if (unet === undefined) throw wrongKind(name, file.tensors.keys(), kind);
  const family = familyOfUnet(unet, name);
  const { schedule, latents } = await recogniseTraining(named, family);
  const config = { family, unet, vae: { ...publishedVae, ...latents }, schedule };
  if (!checkpointConfig.omit({ text: true }).safeParse(config).success) throw wrongKind(name, [], kind);
  return config;
}

function latentsOf({ scale_factor, latent_mean, latent_std }: VaeConfig): Training['latents'] {
  return { scale_factor, ...(latent_mean === undefined ? {} : { latent_mean, latent_std }) };
}

/** Enough to say what is missing; beyond it the walk over a network that isn't there ends. */
const mostMissing = 200;

/**
 * Compares the tensors that `walk` visits with the file's; throws a ProblemError that lists what is missing or wrong. `whole` says
 * what to choose instead.
 */
export function checkTensors(
  file: TensorFile,
  walk: (visit: TensorVisitor) => void,
  whole = 'a whole checkpoint: one that holds U-Net, text encoder and VAE',
): void {
  const weights = fileWeights(file);
  const missing = new Set<string>();
  const visit: TensorVisitor = (key, shape) => {
    if (file.tensors.has(key)) weights(key, shape);
    else missing.add(key);
    if (missing.size >= mostMissing) throw missingTensors(file, missing, whole);
  };
  walk(visit);
  if (missing.size > 0) throw missingTensors(file, missing, whole);
}

function missingTensors(file: TensorFile, missing: ReadonlySet<string>, whole: string): ProblemError {
  const count = missing.size >= mostMissing ? `at least ${mostMissing}` : String(missing.size);
  const some = [...missing].slice(0, 3).map((key) => `"${key}"`);
  return new ProblemError({
    what: `The file "${basename(file.path)}" lacks ${count} of the tensors that its networks need, such as ${some.join(', ')}.`,
    fix: `Download it again, or choose ${whole}.`,
  });
}
