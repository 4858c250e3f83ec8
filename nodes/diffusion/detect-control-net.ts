import { basename } from 'node:path';
import { checkControlNetSizes } from './check-sizes.ts';
import { type ControlNetConfig, controlNetConfig } from './config.ts';
import { checkTensors } from './detect.ts';
import { recogniseUnet } from './families.ts';
import { wrongKind } from './file-kinds.ts';
import { originalControlNet } from './layouts/control-net.ts';
import { visitControlNet } from './models/tensors.ts';
import { statedConfig } from './stated-config.ts';
import type { TensorFile } from './tensor-file.ts';

/**
 * The sizes of a ControlNet: from the `weft.config` entry of its metadata, or from its keys and shapes. Every tensor that it asks for
 * is there in the right shape. Throws a ProblemError that says what the file is instead, or what it lacks.
 */
export function detectControlNet(file: TensorFile): ControlNetConfig {
  const name = basename(file.path);
  const original = originalControlNet(file);
  const unet = statedConfig(file, controlNetConfig)?.unet ?? recogniseUnet(original, '');
  if (unet === undefined || !controlNetConfig.safeParse({ unet }).success) throw wrongKind(name, file.tensors.keys(), 'controlnet');
  checkControlNetSizes(unet, name);
  checkTensors(original, (visit) => visitControlNet(unet, visit), 'another ControlNet');
  return { unet };
}
