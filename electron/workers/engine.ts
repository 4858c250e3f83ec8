import { readEmbedding } from '../../nodes/diffusion/embedding.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import type { Provider } from '../../nodes/diffusion/onnx/forms.ts';
import { cpuRung } from './devices/ladder.ts';
import { checkpointTensors } from './engine/checkpoint.ts';
import { loadControlNet } from './engine/control-net.ts';
import { ModelFiles, type Workshop } from './engine/model-files.ts';
import { encodeChunks } from './engine/text.ts';
import { loadUnet } from './engine/unet.ts';
import { upscale } from './engine/upscale.ts';
import { runVae } from './engine/vae.ts';
import { encodeVision } from './engine/vision.ts';
import { Sessions, type SessionsOptions } from './sessions.ts';

export type EngineSettings = {
  /** How much of the machine's memory loaded networks and what they compute may take; what is used longest ago is dropped first. */
  readonly budgetBytes: number;
  /** The same for the memory of an accelerator; as much as there is where absent. */
  readonly deviceBudgetBytes?: number | undefined;
  /** The providers to use, the preferred one first; the CPU alone where absent. */
  readonly ladder?: SessionsOptions['ladder'];
  /** How many elements weights have at least that are rounded to 8 bits where that is asked for; those that gain by it where absent. */
  readonly int8From?: number | undefined;
  /** Hears in a sentence what a person may want to know; by default it is written to stderr. */
  readonly report?: (news: string) => void;
  /** Hears for each run of a network which provider it ran on. */
  readonly ran?: (provider: Provider) => void;
};

/**
 * The engine of a worker process: makes ONNX Runtime sessions out of recipes when they are first used.
 * Loading and running block the thread. Its promises reject with a ProblemError for a file that cannot be read or is damaged, for
 * memory that runs out, and for embeddings that were made for another family of models.
 */
export function createEngine(settings: EngineSettings): DiffusionEngine {
  const { budgetBytes, deviceBudgetBytes = Number.POSITIVE_INFINITY, ladder = [cpuRung], int8From, report = console.error, ran } = settings;
  const sessions = new Sessions({
    budgets: { ram: budgetBytes, device: deviceBudgetBytes },
    ladder,
    report,
    ...(ran === undefined ? {} : { ran }),
  });
  const workshop: Workshop = { sessions, files: new ModelFiles(), report, int8From };
  return {
    encodeTokens: ({ encoders, stopAtLayer }, chunksPerEncoder, pause) =>
      Promise.all(encoders.map((encoder, index) => encodeChunks(workshop, encoder, stopAtLayer, chunksPerEncoder[index], pause))),
    embedding: async ({ encoders }, file, name) =>
      readEmbedding(
        await workshop.files.open({ file }),
        name,
        encoders.map(({ config }) => config),
      ),
    encodeVision: (vision, pixels) => encodeVision(workshop, vision, pixels),
    unet: (model, form, pause) => loadUnet(workshop, model, form?.controlled ?? false, pause),
    controlNet: (net) => loadControlNet(workshop, net),
    checkpoint: (...networks) => checkpointTensors(workshop, ...networks),
    decode: (vae, z) => runVae(workshop, vae, 'decoder', z),
    encode: (vae, image) => runVae(workshop, vae, 'encoder', image),
    upscale: (model, image) => upscale(workshop, model, image),
  };
}
