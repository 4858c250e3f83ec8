import { defineNode, float, int } from '../define.ts';
import { createModelSampling } from '../diffusion/model-sampling.ts';
import { calculateSigmas, exponentialSigmas, karrasSigmas, turboSigmas } from '../diffusion/schedules.ts';
import { tensor } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import { denoiseInput, modelInput, schedulerInput, stepsInput } from './inputs.ts';

const sigmaMaxInput = float({
  default: 14.614642,
  min: 0,
  max: 5000,
  tooltip: 'The noise level to start from. 14.6 is pure noise for Stable Diffusion.',
});
const sigmaMinInput = float({ default: 0.0291675, min: 0, max: 5000, tooltip: 'The last noise level before none at all.' });

export const basicScheduler = defineNode({
  type: 'BasicScheduler',
  version: 1,
  title: "Model's Noise Levels",
  category: 'sampling/schedules',
  description: 'Gives the noise levels of a named schedule over the range that the model was trained on.',
  aliases: ['scheduler', 'sigmas', 'steps'],
  inputs: { model: modelInput, scheduler: schedulerInput, steps: stepsInput, denoise: denoiseInput },
  outputs: { SIGMAS: 'SIGMAS' },
  device: 'any',
  run({ model, scheduler, steps, denoise }) {
    const sampling = createModelSampling(model.config.schedule);
    return { SIGMAS: vector(calculateSigmas({ scheduler, sampling, steps, denoise, skipsPenultimate: false })) };
  },
});

export const sdTurboScheduler = defineNode({
  type: 'SDTurboScheduler',
  version: 1,
  title: 'Turbo Noise Levels',
  category: 'sampling/schedules',
  description: 'Gives the noise levels of SD Turbo and SDXL Turbo, which draw in 1 to 4 steps. Use them with cfg 1.',
  aliases: ['scheduler', 'sigmas', 'sd turbo', 'sdxl turbo'],
  inputs: {
    model: modelInput,
    steps: int({ default: 1, min: 1, max: 10, tooltip: 'How many steps; 1 to 4 are usual.' }),
    denoise: denoiseInput,
  },
  outputs: { SIGMAS: 'SIGMAS' },
  device: 'any',
  run: ({ model, steps, denoise }) => ({ SIGMAS: vector(turboSigmas(createModelSampling(model.config.schedule), steps, denoise)) }),
});

export const karrasScheduler = defineNode({
  type: 'KarrasScheduler',
  version: 1,
  title: 'Karras Noise Levels',
  category: 'sampling/schedules',
  description: 'Gives noise levels that lie closer together towards the end, where detail is decided.',
  aliases: ['scheduler', 'sigmas'],
  inputs: {
    steps: stepsInput,
    sigma_max: sigmaMaxInput,
    sigma_min: sigmaMinInput,
    rho: float({ default: 7, min: 0, max: 100, tooltip: 'How much closer together they get. 1 spaces them evenly.' }),
  },
  outputs: { SIGMAS: 'SIGMAS' },
  device: 'any',
  run({ steps, sigma_max, sigma_min, rho }) {
    if (rho === 0)
      throw new ProblemError({
        input: 'rho',
        what: 'No noise levels follow from a rho of 0.',
        fix: 'Use 1 for even steps, or the usual 7.',
      });
    return { SIGMAS: vector(karrasSigmas(steps, sigma_min, sigma_max, rho)) };
  },
});

export const exponentialScheduler = defineNode({
  type: 'ExponentialScheduler',
  version: 1,
  title: 'Exponential Noise Levels',
  category: 'sampling/schedules',
  description: 'Gives noise levels of which each is the same share of the one before.',
  aliases: ['scheduler', 'sigmas', 'logarithmic'],
  inputs: { steps: stepsInput, sigma_max: sigmaMaxInput, sigma_min: sigmaMinInput },
  outputs: { SIGMAS: 'SIGMAS' },
  device: 'any',
  run({ steps, sigma_max, sigma_min }) {
    for (const [input, value] of Object.entries({ sigma_max, sigma_min })) {
      if (value > 0) continue;
      throw new ProblemError({
        input,
        what: 'Levels that are each a share of the one before never reach 0.',
        fix: 'Use a value above 0, such as 0.03.',
      });
    }
    return { SIGMAS: vector(exponentialSigmas(steps, sigma_min, sigma_max)) };
  },
});

function vector(data: Float32Array) {
  return tensor(data, [data.length]);
}
