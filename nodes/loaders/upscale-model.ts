import { defineNode, file } from '../define.ts';
import { withFile } from '../diffusion/file-access.ts';
import type { UpscalerConfig } from '../diffusion/models/upscaler-config.ts';
import { detectUpscaler } from '../diffusion/models/upscaler-detect.ts';
import { detectOnnxUpscaler } from '../diffusion/models/upscaler-onnx.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import type { FileRef } from '../types.ts';
import { blameInput } from './blame-input.ts';

export const upscaleModelLoader = defineNode({
  type: 'UpscaleModelLoader',
  version: 1,
  title: 'Load Upscaler',
  category: 'loaders',
  description: 'Opens a network that makes pictures larger: ESRGAN, Real-ESRGAN, BSRGAN, Compact, or one in the ONNX format.',
  aliases: ['upscale model', 'super resolution', 'esrgan', 'realesrgan', 'ultrasharp'],
  inputs: { model_name: file('upscale_models', 'A file of the folder "upscale_models".') },
  outputs: { UPSCALE_MODEL: 'UPSCALE_MODEL' },
  device: 'any',
  async run({ model_name: chosen }) {
    const config = await blameInput('model_name', () => detect(chosen));
    return { UPSCALE_MODEL: { recipe: 'upscale_model', file: chosen, config } };
  },
});

async function detect({ path, name }: FileRef): Promise<UpscalerConfig> {
  if (path.toLowerCase().endsWith('.onnx')) return detectOnnxUpscaler(await withFile(path, (handle) => handle.readFile()), name);
  return detectUpscaler(await openTensorFile(path));
}
