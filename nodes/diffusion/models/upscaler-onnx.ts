import { ProblemError } from '../../problem.ts';
import { type GraphValue, onnxFloats, scanOnnx } from '../onnx/scan.ts';
import type { OnnxUpscalerConfig } from './upscaler-config.ts';

/**
 * What an upscaler in the ONNX format takes and gives.
 * Throws a ProblemError if the file is not harmless (see scanOnnx), or takes or gives anything else than one picture
 * [1, 1 or 3, H, W] in float32 or float16.
 */
export function detectOnnxUpscaler(file: Uint8Array, name: string): OnnxUpscalerConfig {
  const { inputs, outputs } = scanOnnx(file, name);
  const [input] = inputs;
  const [output] = outputs;
  if (inputs.length !== 1 || output === undefined) throw noUpscaler(name, `it has ${inputs.length} inputs and ${outputs.length} outputs`);
  const channels = pictureChannels(input, name);
  if (pictureChannels(output, name) !== channels) throw noUpscaler(name, 'it takes and gives different numbers of colours');
  const precision = onnxFloats.get(input.type) ?? 'float32';
  const [, , height, width] = input.dims;
  const scale = statedScale(input, output);
  return {
    kind: 'onnx',
    input: input.name,
    output: output.name,
    channels,
    precision,
    ...(height === undefined || width === undefined ? {} : { size: { height, width } }),
    ...(scale === undefined ? {} : { scale }),
  };
}

/** The colours of a picture that goes in or out. Where the graph leaves them open, pictures have three. */
function pictureChannels({ type, dims, name: value }: GraphValue, name: string): number {
  if (!onnxFloats.has(type)) throw noUpscaler(name, `"${value}" is neither float32 nor float16`);
  const [batch, channels = 3, height, width] = dims;
  if (dims.length !== 0 && dims.length !== 4) throw noUpscaler(name, `"${value}" has ${dims.length} dimensions`);
  if (batch !== undefined && batch !== 1) throw noUpscaler(name, `"${value}" holds ${batch} pictures at once`);
  if (channels !== 1 && channels !== 3) throw noUpscaler(name, `"${value}" has ${channels} channels in the second place`);
  if ((height === undefined) !== (width === undefined)) throw noUpscaler(name, `"${value}" has one free side only`);
  return channels;
}

function statedScale({ dims: [, , fromHeight, fromWidth] }: GraphValue, { dims: [, , height, width] }: GraphValue): number | undefined {
  if (fromHeight === undefined || fromWidth === undefined || height === undefined || width === undefined) return undefined;
  const scale = height / fromHeight;
  return Number.isInteger(scale) && width === fromWidth * scale ? scale : undefined;
}

function noUpscaler(name: string, why: string): ProblemError {
  return new ProblemError({
    what: `The ONNX file "${name}" is no upscaler that Weft can use: ${why}.`,
    fix: 'Choose an upscaler that takes one picture [1, 3, height, width] in float32 or float16 and gives a larger one.',
  });
}
