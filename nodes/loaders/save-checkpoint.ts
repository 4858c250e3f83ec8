import { defineNode, socket, text } from '../define.ts';
import type { CheckpointConfig, TextConfig } from '../diffusion/config.ts';
import { familyReading } from '../diffusion/families.ts';
import { ProblemError } from '../problem.ts';
import { refuseOnnx } from './refuse-onnx.ts';

export const checkpointSave = defineNode({
  type: 'CheckpointSave',
  version: 1,
  title: 'Save Checkpoint',
  category: 'loaders/merge',
  description:
    'Writes a model, its text encoder and a VAE as one checkpoint into the output folder, with LoRAs and merges worked in. Move it to the folder "checkpoints" to load it.',
  aliases: ['export', 'bake', 'merge', 'safetensors'],
  inputs: {
    model: socket('MODEL'),
    clip: socket('CLIP'),
    vae: socket('VAE'),
    filename_prefix: text({ default: 'checkpoints/Weft', tooltip: 'What the file name begins with. May hold folders.' }),
  },
  outputs: {},
  device: 'accelerator',
  output: true,
  async run({ model, clip, vae, filename_prefix }, context) {
    refuseOnnx('model', model);
    refuseOnnx('clip', ...clip.encoders);
    refuseOnnx('vae', vae);
    const width = clip.encoders.reduce((sum, { config }) => sum + config.width, 0);
    if (width !== model.config.unet.context_dim) {
      throw new ProblemError({
        input: 'clip',
        what: `The text encoder belongs to ${familyReading(width)}, but the model "${model.file.name}" to ${familyReading(model.config.unet.context_dim)}.`,
        fix: 'Link the text encoder (CLIP) of a checkpoint of the same family.',
      });
    }
    const { family } = model.config;
    const prefixes = clip.encoders.map(({ config }, index) => textPrefix(family, config, index));
    const config: CheckpointConfig = {
      ...model.config,
      vae: { ...vae.config.vae, scale_factor: model.config.vae.scale_factor },
      text: clip.encoders.map((encoder, index) => ({ ...encoder.config, prefix: prefixes[index] })),
    };
    const metadata = { 'weft.config': JSON.stringify(config), 'modelspec.sai_model_spec': '1.0.0' };
    const tensors = await context.engine.checkpoint(model, clip, vae, prefixes);
    await context.saveCheckpoint({ prefix: filename_prefix, metadata, tensors });
    return {};
  },
});

/** What a text encoder's keys begin with in the single-file layout. */
function textPrefix(family: CheckpointConfig['family'], { layout }: TextConfig, index: number): string {
  const root = family === 'sd1' || family === 'sd2' ? 'cond_stage_model.' : `conditioner.embedders.${index}.`;
  return root + (layout === 'open_clip' ? 'model.' : 'transformer.text_model.');
}
