import { readEmbedding } from '../../nodes/diffusion/embedding.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { ModelFiles, type Workshop } from './engine/model-files.ts';
import { encodeChunks } from './engine/text.ts';
import { loadUnet } from './engine/unet.ts';
import { upscale } from './engine/upscale.ts';
import { runVae } from './engine/vae.ts';
import { encodeVision } from './engine/vision.ts';
import { Sessions } from './sessions.ts';

export type EngineSettings = {
  /** How much memory the weights of loaded networks may take together; what is used longest ago is dropped first. */
  readonly budgetBytes: number;
  /** The execution provider to try first: `cpu` or `webgpu`. Where it does not work, the CPU takes over and `report` hears why. */
  readonly provider: string;
  /** Hears in a sentence what a person may want to know; by default it is written to stderr. */
  readonly report?: (news: string) => void;
};

/**
 * The engine of a worker process: makes ONNX Runtime sessions out of recipes when they are first used.
 * Loading and running block the thread. Its promises reject with a ProblemError for a file that cannot be read or is damaged, for
 * memory that runs out, and for values that were made for another family of models.
 */
export function createEngine({ budgetBytes, provider, report = console.error }: EngineSettings): DiffusionEngine {
  const workshop: Workshop = { sessions: new Sessions({ budgetBytes, provider, report }), files: new ModelFiles() };
  return {
    encodeTokens: ({ encoders, stopAtLayer }, chunksPerEncoder) =>
      Promise.all(encoders.map((encoder, index) => encodeChunks(workshop, encoder, stopAtLayer, chunksPerEncoder[index]))),
    embedding: async ({ encoders }, file) =>
      readEmbedding(
        await workshop.files.open({ file }),
        encoders.map(({ config }) => config),
      ),
    encodeVision: (vision, pixels) => encodeVision(workshop, vision, pixels),
    unet: (model) => loadUnet(workshop, model),
    decode: (vae, z) => runVae(workshop, vae, 'decoder', z),
    encode: (vae, image) => runVae(workshop, vae, 'encoder', image),
    upscale: (model, image) => upscale(workshop, model, image),
  };
}
