import { basename } from 'node:path';
import { looksLike, wrongKind } from '../file-kinds.ts';
import type { TensorFile } from '../tensor-file.ts';
import { originalUnetKeys, renamed } from './diffusers-unet.ts';

const originalPrefix = 'control_model.';

/**
 * A ControlNet's tensors under the names of the original layout, without its prefix `control_model.`. Files of the diffusers library
 * are renamed. Throws a ProblemError for a file that is no ControlNet, or of a kind that Weft does not know.
 */
export function originalControlNet(file: TensorFile): TensorFile {
  const keys = [...file.tensors.keys()];
  if (!looksLike(keys, 'controlnet')) throw wrongKind(basename(file.path), keys, 'controlnet');
  if (file.tensors.has('input_hint_block.0.weight')) return file;
  if (file.tensors.has(`${originalPrefix}input_hint_block.0.weight`)) {
    const own = keys.filter((key) => key.startsWith(originalPrefix));
    return renamed(file, new Map(own.map((key) => [key, key.slice(originalPrefix.length)])));
  }
  const hintBlocks = keys.filter((key) => /^controlnet_cond_embedding\.blocks\.\d+\.weight$/.test(key)).length;
  const controls = keys.map((key) => [key, controlKey(key, hintBlocks)] as const).filter(([key, name]) => key !== name);
  return renamed(file, new Map([...originalUnetKeys(keys), ...controls]));
}

/** The original name of what a ControlNet has beside the U-Net's encoder. */
function controlKey(key: string, hintBlocks: number): string {
  return key
    .replace(/^controlnet_cond_embedding\.conv_in\./, 'input_hint_block.0.')
    .replace(/^controlnet_cond_embedding\.conv_out\./, `input_hint_block.${2 * (hintBlocks + 1)}.`)
    .replace(/^controlnet_cond_embedding\.blocks\.(\d+)\./, (_, block: string) => `input_hint_block.${2 * (Number(block) + 1)}.`)
    .replace(/^controlnet_down_blocks\.(\d+)\./, 'zero_convs.$1.0.')
    .replace(/^controlnet_mid_block\./, 'middle_block_out.0.');
}
