import { basename } from 'node:path';
import { ProblemError } from '../problem.ts';
import { checkSizes, checkVaeSizes } from './check-sizes.ts';
import { type CheckpointConfig, checkpointConfig, type ScheduleConfig, type VaeConfig } from './config.ts';
import { recogniseFamily, recogniseVae, trainingSchedule } from './families.ts';
import { wrongKind } from './file-kinds.ts';
import { type TensorVisitor, visitTextEncoder, visitUnet, visitVae } from './models/tensors.ts';
import { unetPrefix } from './models/unet.ts';
import { vaePrefix } from './models/vae.ts';
import { fileWeights } from './models/weights.ts';
import { statedConfig } from './stated-config.ts';
import { readTensor, type TensorFile } from './tensor-file.ts';

/**
 * The sizes of a checkpoint's networks: from the `weft.config` entry of its metadata, or from its keys and shapes. Every tensor that
 * they ask for is there in the right shape.
 * Throws a ProblemError that says what the file is instead, or what it lacks.
 */
export async function detectCheckpoint(file: TensorFile): Promise<CheckpointConfig> {
  const config = statedConfig(file, checkpointConfig) ?? (await recognise(file));
  checkSizes(config, basename(file.path));
  checkTensors(file, (visit) => {
    visitUnet(config.unet, visit);
    visitVae(config.vae, vaePrefix, visit);
    for (const text of config.text) visitTextEncoder(text, visit);
  });
  return config;
}

/** The VAE of a file in the folder `vae`, or that of a whole checkpoint. Throws a ProblemError where there is none. */
export function detectVae(file: TensorFile): VaeConfig {
  const name = basename(file.path);
  const prefix = vaeKeyPrefix(file);
  const vae = statedConfig(file, checkpointConfig)?.vae ?? recogniseVae(file, prefix);
  if (vae === undefined) throw wrongKind(name, file.tensors.keys(), 'vae');
  checkVaeSizes(vae, name);
  checkTensors(file, (visit) => visitVae(vae, prefix, visit));
  return vae;
}

/** What the VAE's keys begin with: files of a VAE alone mostly drop the checkpoint's prefix. */
export function vaeKeyPrefix(file: TensorFile): string {
  return file.tensors.has(`${vaePrefix}decoder.conv_in.weight`) ? vaePrefix : '';
}

async function recognise(file: TensorFile): Promise<CheckpointConfig> {
  const keys = [...file.tensors.keys()];
  if (keys.filter((key) => key.startsWith(unetPrefix)).length <= 5) throw wrongKind(basename(file.path), keys, 'checkpoint');
  const sizes = recogniseFamily(file);
  const config = { ...sizes, schedule: trainingSchedule(await prediction(file, sizes.family)) };
  if (!checkpointConfig.safeParse(config).success) throw wrongKind(basename(file.path), [], 'checkpoint');
  return config;
}

/** Whether the network was trained to predict the noise (eps) or the velocity (v): known marks, as the shapes are the same. */
async function prediction(file: TensorFile, family: CheckpointConfig['family']): Promise<ScheduleConfig['prediction']> {
  if (file.tensors.has('edm_mean')) {
    throw new ProblemError({
      what: `The file "${basename(file.path)}" is an EDM variant of SDXL (such as Playground 2.5), which Weft cannot run yet.`,
      fix: 'Choose another SDXL checkpoint.',
    });
  }
  if (file.tensors.has('v_pred')) return 'v';
  const mark = `${unetPrefix}output_blocks.11.1.transformer_blocks.0.norm1.bias`;
  if (family !== 'sd2' || !file.tensors.has(mark)) return 'eps';
  return standardDeviation((await readTensor(file, mark)).data) > 0.09 ? 'v' : 'eps';
}

function standardDeviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
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
