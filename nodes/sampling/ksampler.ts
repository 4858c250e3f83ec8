import { combo, defineNode, int, seed } from '../define.ts';
import { samplerSigmas } from '../diffusion/sample.ts';
import {
  cfgInput,
  denoiseInput,
  latentInput,
  modelInput,
  negativeInput,
  positiveInput,
  samplerInput,
  schedulerInput,
  seedInput,
  stepsInput,
} from './inputs.ts';
import { runSampler } from './run-sampler.ts';

export const kSampler = defineNode({
  type: 'KSampler',
  version: 2,
  title: 'Sampler',
  category: 'sampling',
  description: 'Draws the picture: starts from noise (or from a noisy picture) and takes the noise away step by step, led by the prompts.',
  aliases: ['ksampler', 'generate', 'denoise', 'txt2img', 'img2img'],
  inputs: {
    model: modelInput,
    seed: seedInput,
    steps: stepsInput,
    cfg: cfgInput,
    sampler_name: samplerInput,
    scheduler: schedulerInput,
    positive: positiveInput,
    negative: negativeInput,
    latent_image: latentInput,
    denoise: denoiseInput,
  },
  outputs: { LATENT: 'LATENT' },
  device: 'accelerator',
  async run({ model, seed, steps, cfg, sampler_name: sampler, scheduler, positive, negative, latent_image: latent, denoise }, context) {
    const sigmas = samplerSigmas({ config: model.config, sampler, scheduler, steps, denoise });
    const { samples } = await runSampler({ model, positive, negative, cfg, sampler, sigmas, latent, seed, addsNoise: true }, context);
    return { LATENT: { ...latent, samples } };
  },
});

export const kSamplerAdvanced = defineNode({
  type: 'KSamplerAdvanced',
  version: 2,
  title: 'Sampler (Part of the Steps)',
  category: 'sampling',
  description:
    'Runs some of the steps of a schedule and can hand on a picture that still holds noise, so that another sampler, prompt or model finishes it.',
  aliases: ['ksampler advanced', 'refiner', 'two stage', 'start step', 'end step'],
  inputs: {
    model: modelInput,
    add_noise: combo(['enable', 'disable'], {
      tooltip: 'Disable it to go on with a latent that still holds the noise of an earlier sampler.',
    }),
    noise_seed: seed('Which noise to start from, and which noise to add on the way.'),
    steps: stepsInput,
    cfg: cfgInput,
    sampler_name: samplerInput,
    scheduler: schedulerInput,
    positive: positiveInput,
    negative: negativeInput,
    latent_image: latentInput,
    start_at_step: int({ default: 0, min: 0, max: 10000, tooltip: 'The first step to run. 0 is the beginning.' }),
    end_at_step: int({
      default: 10000,
      min: 0,
      max: 10000,
      tooltip: 'The step to stop before. Anything beyond the last step means all of them.',
    }),
    return_with_leftover_noise: combo(['disable', 'enable'], {
      tooltip: 'Enable it to keep the noise that is left at the last step, for another sampler; otherwise it is taken away at once.',
    }),
  },
  outputs: { LATENT: 'LATENT' },
  device: 'accelerator',
  async run(inputs, context) {
    const { model, steps, cfg, sampler_name: sampler, scheduler, positive, negative, latent_image: latent } = inputs;
    const range = { start: inputs.start_at_step, end: inputs.end_at_step, endsOnZero: inputs.return_with_leftover_noise === 'disable' };
    const sigmas = samplerSigmas({ config: model.config, sampler, scheduler, steps, denoise: 1, range });
    const noise = { seed: inputs.noise_seed, addsNoise: inputs.add_noise === 'enable' };
    const { samples } = await runSampler({ model, positive, negative, cfg, sampler, sigmas, latent, ...noise }, context);
    return { LATENT: { ...latent, samples } };
  },
});
