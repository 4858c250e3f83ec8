import { ProblemError } from '../../problem.ts';
import type { CheckpointConfig, ModelConfig, TextConfig, UnetConfig } from '../config.ts';
import { familyOfUnet, publishedVae } from '../families.ts';
import type { GraphSummary, GraphValue } from '../onnx/scan.ts';
import { describeEncoder } from '../recognise-text.ts';
import { latentScaleOf, trainingSchedule } from '../training.ts';

/** An input of a graph that was made elsewhere. */
export type OnnxInput = {
  readonly name: string;
  readonly type: 'float32' | 'float16' | 'int32' | 'int64';
  /** True where it takes one number without dimensions. */
  readonly isScalar: boolean;
};

/** What the inputs and outputs of such graphs are called; exports differ in names and number formats. */
export type OnnxUnet = {
  readonly sample: OnnxInput;
  readonly timestep: OnnxInput;
  readonly context: OnnxInput;
  /** SDXL's pooled prompt, and the sizes of the picture. */
  readonly pooled?: OnnxInput;
  readonly sizes?: OnnxInput;
  readonly output: string;
};
export type OnnxText = {
  readonly tokens: OnnxInput;
  /** The normalised output of the last layer. */
  readonly last: string;
  /** What goes into the first layer, then the output of each; empty where the export left them out. */
  readonly states: readonly string[];
  readonly pooled: string;
};
export type OnnxVaeHalf = { readonly part: string; readonly input: OnnxInput; readonly output: string };

/** TensorProto.DataType. */
const types: ReadonlyMap<number, OnnxInput['type']> = new Map([
  [1, 'float32'],
  [6, 'int32'],
  [7, 'int64'],
  [10, 'float16'],
]);

/** The sizes of each family's published U-Net: an ONNX graph holds them, but does not say them. */
const published: Record<CheckpointConfig['family'], Omit<UnetConfig, 'in_channels' | 'context_dim' | 'adm_channels'>> = {
  sd1: { ...sizes(320, [1, 2, 4, 4], [1, 1, 1, 0], 1), num_heads: 8, linear_projections: false },
  sd2: { ...sizes(320, [1, 2, 4, 4], [1, 1, 1, 0], 1), head_channels: 64, linear_projections: true },
  sdxl: { ...sizes(320, [1, 2, 4], [0, 2, 10], 10), head_channels: 64, linear_projections: true },
  sdxl_refiner: { ...sizes(384, [1, 2, 4, 4], [0, 4, 4, 0], 4), head_channels: 64, linear_projections: true },
};

function sizes(model_channels: number, channel_mult: number[], transformer_depth: number[], middle_depth: number) {
  return { model_channels, channel_mult, num_res_blocks: 2, transformer_depth, middle_depth, norm_groups: 32 };
}

/**
 * What a U-Net's graph takes and gives. `inputChannels` is what its folder says, as graphs mostly leave it open.
 * Throws a ProblemError where it is no U-Net of Stable Diffusion.
 */
export function detectOnnxUnet(
  { inputs, outputs }: GraphSummary,
  inputChannels: number,
  name: string,
): { readonly onnx: OnnxUnet; readonly config: ModelConfig } {
  const find = (wanted: string) => inputs.find((input) => input.name === wanted);
  const [sample, timestep, context, pooled, sizeIds] = ['sample', 'timestep', 'encoder_hidden_states', 'text_embeds', 'time_ids'].map(find);
  const [output] = outputs;
  const width = context?.dims[2];
  if (sample === undefined || timestep === undefined || context === undefined || width === undefined || output === undefined) {
    throw unlike(name, 'a U-Net');
  }
  const known = [sample, timestep, context, pooled, sizeIds];
  const other = inputs.find((input) => !known.includes(input));
  if (other !== undefined) {
    throw new ProblemError({
      what: `The U-Net "${name}" has to be told "${other.name}", which Weft cannot do.`,
      fix: 'Choose a model for text to image that was exported without it.',
    });
  }
  const family = familyOfUnet({ context_dim: width }, name);
  const adm = pooled === undefined ? null : family === 'sdxl_refiner' ? 2560 : 2816;
  const unet = { ...published[family], in_channels: sample.dims[1] ?? inputChannels, context_dim: width, adm_channels: adm };
  return {
    onnx: {
      sample: inputOf(sample, name),
      timestep: inputOf(timestep, name),
      context: inputOf(context, name),
      ...(pooled === undefined || sizeIds === undefined ? {} : { pooled: inputOf(pooled, name), sizes: inputOf(sizeIds, name) }),
      output: output.name,
    },
    config: { family, unet, vae: { ...publishedVae, scale_factor: latentScaleOf(family) }, schedule: trainingSchedule('eps') },
  };
}

/** What a text encoder's graph takes and gives. Throws a ProblemError where it is none. */
export function detectOnnxText(
  { inputs, outputs }: GraphSummary,
  family: CheckpointConfig['family'],
  name: string,
): { readonly onnx: OnnxText; readonly config: TextConfig } {
  const tokens = inputs.find((input) => input.name === 'input_ids');
  const names = outputs.map((output) => output.name);
  const last = outputs.find((output) => output.name === 'last_hidden_state');
  const pooled = ['text_embeds', 'pooler_output'].find((wanted) => names.includes(wanted));
  const width = last?.dims[2] ?? outputs.find((output) => output.name === pooled)?.dims[1];
  if (tokens === undefined || inputs.length !== 1 || last === undefined || pooled === undefined || width === undefined) {
    throw unlike(name, 'a text encoder');
  }
  const states = Array.from({ length: outputs.length }, (_, at) => `hidden_states.${at}`).filter((state) => names.includes(state));
  const layers = states.length > 0 ? states.length - 1 : 12;
  const projection = pooled === 'text_embeds' ? (outputs.find((output) => output.name === pooled)?.dims[1] ?? width) : null;
  return {
    onnx: { tokens: inputOf(tokens, name), last: last.name, states, pooled },
    config: describeEncoder({ layout: 'transformers', prefix: '', width, layers, projection }, family),
  };
}

/** What one half of a VAE's graph takes and gives. Throws a ProblemError where it is none. */
export function detectOnnxVaeHalf({ inputs, outputs }: GraphSummary, part: string, name: string): OnnxVaeHalf {
  const [input] = inputs;
  const [output] = outputs;
  if (inputs.length !== 1 || output === undefined) throw unlike(name, 'half of a VAE');
  return { part, input: inputOf(input, name), output: output.name };
}

function inputOf({ name, type, dims }: GraphValue, file: string): OnnxInput {
  const known = types.get(type);
  if (known !== undefined) return { name, type: known, isScalar: dims.length === 0 };
  throw new ProblemError({
    what: `The graph "${file}" takes "${name}" in a number format that Weft does not know.`,
    fix: 'Choose an export in float32 or float16.',
  });
}

function unlike(name: string, what: string): ProblemError {
  return new ProblemError({
    what: `The graph "${name}" does not take and give what ${what} does.`,
    fix: 'Choose a model that was exported with Optimum for Stable Diffusion 1.x, 2.x or SDXL.',
  });
}
