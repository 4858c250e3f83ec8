import type { NodeContext } from '../context.ts';
import { isControlled } from '../diffusion/control.ts';
import { weightsPath } from '../diffusion/file-access.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { previewImage } from '../diffusion/preview.ts';
import { noiseFor, noNoise, type SampleResult, sampleLatents } from '../diffusion/sample.ts';
import { type EmbeddingStatistics, readEmbeddingStatistics } from '../diffusion/unclip.ts';
import type { ConditioningValue, LatentValue, ModelRecipe } from '../types.ts';

export type SamplerJob = {
  readonly model: ModelRecipe;
  readonly positive: ConditioningValue;
  readonly negative: ConditioningValue;
  readonly cfg: number;
  readonly sampler: string;
  readonly sigmas: Float32Array;
  readonly latent: LatentValue;
  readonly seed: bigint;
  readonly addsNoise: boolean;
};

/** Samples with the process's engine and reports each step; throws CancelledError at the next step once the run is cancelled. */
export async function runSampler(job: SamplerJob, context: NodeContext): Promise<SampleResult> {
  const { model, positive, negative, latent, sigmas, seed, addsNoise } = job;
  // Nothing to do: not worth loading a network.
  if (sigmas.length < 2) return { samples: latent.samples, denoised: latent.samples };
  return sampleLatents({
    ...job,
    unet: await context.engine.unet(model, { controlled: isControlled(positive, negative) }),
    controlNet: (net) => context.engine.controlNet(net),
    config: model.config,
    rescaleCfg: model.rescaleCfg,
    embeddingStatistics: await statisticsFor(job),
    noise: addsNoise ? noiseFor(latent, seed) : noNoise(latent),
    onStep: ({ step, steps, denoised }) => {
      // After the last step the picture itself is about to appear.
      const preview = step < steps ? () => previewImage(denoised, model, context.engine) : undefined;
      context.progress(step, steps, preview);
    },
  });
}

/** Read where pictures have to be noised for an unCLIP model. */
async function statisticsFor({ model, positive, negative }: SamplerJob): Promise<EmbeddingStatistics | undefined> {
  if (model.config.unet.noise_augmentation === undefined) return undefined;
  if (![...positive, ...negative].some(({ unclip }) => unclip !== undefined)) return undefined;
  return readEmbeddingStatistics(await openTensorFile(weightsPath(model)));
}
