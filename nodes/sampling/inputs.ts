import { combo, float, int, seed, socket } from '../define.ts';
import { samplerNames } from '../diffusion/samplers/registry.ts';
import { schedulerNames } from '../diffusion/schedules.ts';

/** Inputs that mean the same in every sampling node. */
export const modelInput = socket('MODEL', 'The network that draws: the first output of a checkpoint loader.');
export const positiveInput = socket('CONDITIONING', 'What the picture should show.');
export const negativeInput = socket('CONDITIONING', 'What the picture should keep away from. At cfg 1 it has no effect.');
export const latentInput = socket('LATENT', 'Where to start: an empty latent for a new picture, or a picture encoded by a VAE.');
export const seedInput = seed('Which noise to start from. The same seed with the same settings gives the same picture.');
export const stepsInput = int({
  default: 20,
  min: 1,
  max: 10000,
  tooltip: 'In how many steps the noise is taken away. More take longer and bring finer detail, up to a point.',
});
export const cfgInput = float({
  default: 8,
  min: 0,
  max: 100,
  step: 0.1,
  tooltip:
    'How closely to follow the prompt. Low values leave more freedom; very high ones burn the colours. 1 ignores the negative prompt.',
});
export const samplerInput = combo(samplerNames, {
  tooltip: 'The method that takes the noise away. Names with "ancestral" or "sde" add fresh noise at each step and vary more.',
});
export const schedulerInput = combo(schedulerNames, {
  tooltip: 'How the noise levels are spread over the steps: more of them where the layout or where the detail is decided.',
});
export const denoiseInput = float({
  default: 1,
  min: 0,
  max: 1,
  tooltip: 'How much of the starting picture may change: 1 draws everything anew, 0.5 keeps the composition, 0 changes nothing.',
});
