import { boolean, combo, defineNode, float } from '../define.ts';
import type { ScheduleConfig } from '../diffusion/config.ts';
import { modelInput } from './inputs.ts';

/** The field's names of predictions. */
const predictions = { eps: 'eps', v_prediction: 'v', lcm: 'lcm', x0: 'x0' } as const satisfies Record<string, ScheduleConfig['prediction']>;

export const modelSamplingDiscrete = defineNode({
  type: 'ModelSamplingDiscrete',
  version: 1,
  title: 'What the Model Predicts',
  category: 'sampling/model',
  description:
    'Tells the sampler what the model was trained to predict, where the file does not say so: noise (eps), velocity (v_prediction), or a distillation for few steps (lcm).',
  aliases: ['v-prediction', 'eps', 'lcm', 'zero terminal snr', 'zsnr', 'prediction type'],
  inputs: {
    model: modelInput,
    sampling: combo(['eps', 'v_prediction', 'lcm', 'x0'], {
      tooltip: 'eps fits most models, v_prediction SD2.1 at 768 pixels and models named "vpred", lcm latent consistency models and LoRAs.',
    }),
    zsnr: boolean({
      default: false,
      tooltip: 'For models trained to start from pure noise (zero terminal SNR), which can draw very dark and very bright pictures.',
    }),
  },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  run({ model, sampling, zsnr }) {
    const schedule = { ...model.config.schedule, prediction: predictions[sampling], zero_terminal_snr: zsnr };
    return { MODEL: { ...model, config: { ...model.config, schedule } } };
  },
});

export const rescaleCfg = defineNode({
  type: 'RescaleCFG',
  version: 1,
  title: 'Rescale Guidance',
  category: 'sampling/model',
  description: 'Keeps the contrast natural at high cfg. Made for models that predict velocity or start from pure noise.',
  aliases: ['cfg rescale', 'guidance', 'contrast'],
  inputs: {
    model: modelInput,
    multiplier: float({ default: 0.7, min: 0, max: 1, tooltip: 'How far contrast is brought back: 0 not at all, 1 fully.' }),
  },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  run: ({ model, multiplier }) => ({ MODEL: { ...model, rescaleCfg: multiplier } }),
});
