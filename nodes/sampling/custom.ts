import { boolean, defineNode, seed, socket } from '../define.ts';
import { cfgInput, latentInput, modelInput, negativeInput, positiveInput, samplerInput } from './inputs.ts';
import { runSampler } from './run-sampler.ts';

export const samplerCustom = defineNode({
  type: 'SamplerCustom',
  version: 2,
  title: 'Sampler (Own Noise Levels)',
  category: 'sampling/custom',
  description: 'Draws a picture like the plain sampler, but with the method and the noise levels that other nodes give it.',
  aliases: ['custom sampler', 'sigmas'],
  inputs: {
    model: modelInput,
    add_noise: boolean({ default: true, tooltip: 'Turn it off to go on with a latent that still holds noise.' }),
    noise_seed: seed('Which noise to start from, and which noise to add on the way.'),
    cfg: cfgInput,
    positive: positiveInput,
    negative: negativeInput,
    sampler: socket('SAMPLER', 'The method that takes the noise away.'),
    sigmas: socket('SIGMAS', 'The noise levels to step through, from high to low.'),
    latent_image: latentInput,
  },
  outputs: { output: 'LATENT', denoised_output: 'LATENT' },
  device: 'accelerator',
  async run({ model, add_noise, noise_seed, cfg, positive, negative, sampler, sigmas, latent_image: latent }, context) {
    const noise = { seed: noise_seed, addsNoise: add_noise };
    const job = { model, positive, negative, cfg, sampler: sampler.name, sigmas: sigmas.data, latent, ...noise };
    const { samples, denoised } = await runSampler(job, context);
    return { output: { ...latent, samples }, denoised_output: { ...latent, samples: denoised } };
  },
});

export const kSamplerSelect = defineNode({
  type: 'KSamplerSelect',
  version: 1,
  title: 'Choose Sampler',
  category: 'sampling/custom',
  description: 'Names the method with which a custom sampler takes the noise away.',
  aliases: ['method', 'ksampler select'],
  inputs: { sampler_name: samplerInput },
  outputs: { SAMPLER: 'SAMPLER' },
  device: 'any',
  run: ({ sampler_name: name }) => ({ SAMPLER: { recipe: 'sampler', name } }),
});
