import { unetPrefix } from '../models/unet.ts';
import { vaePrefix } from '../models/vae.ts';
import type { TensorFile } from '../tensor-file.ts';
import { originalUnetKeys, renamed } from './diffusers-unet.ts';
import { originalVaeKeys } from './diffusers-vae.ts';

const known = new WeakMap<TensorFile, TensorFile>();

/**
 * A file whose U-Net and VAE, in whatever layout they are, bear the names that they have in a single-file checkpoint
 * (`model.diffusion_model.input_blocks...`, `first_stage_model.encoder...`). The rest keeps its names: text encoders say in their config
 * what theirs begin with. The averages of training (`model_ema.`) are left out.
 */
export function singleFile(file: TensorFile): TensorFile {
  const made = known.get(file) ?? renamed(file, singleFileKeys([...file.tensors.keys()]));
  known.set(file, made);
  return made;
}

/** The name of each key in a single-file checkpoint, by the key. */
function singleFileKeys(keys: readonly string[]): ReadonlyMap<string, string> {
  const kept = keys.filter((key) => !key.startsWith('model_ema.'));
  return new Map([...kept.map((key) => [key, key] as const), ...unetKeys(kept), ...vaeKeys(kept)]);
}

function unetKeys(keys: readonly string[]): ReadonlyMap<string, string> {
  const all = new Set(keys);
  if (all.has(`${unetPrefix}input_blocks.0.0.weight`) || all.has('input_hint_block.0.weight')) return new Map();
  for (const prefix of ['', 'diffusion_model.']) {
    if (!all.has(`${prefix}input_blocks.0.0.weight`)) continue;
    const own = new RegExp(`^${prefix.replace('.', '\\.')}(time_embed|label_emb|input_blocks|middle_block|output_blocks|out)\\.`);
    return new Map(keys.filter((key) => own.test(key)).map((key) => [key, unetPrefix + key.slice(prefix.length)]));
  }
  for (const prefix of ['', 'unet.', unetPrefix]) {
    if (all.has(`${prefix}down_blocks.0.resnets.0.conv1.weight`)) return below(keys, prefix, unetPrefix, originalUnetKeys);
  }
  return new Map();
}

function vaeKeys(keys: readonly string[]): ReadonlyMap<string, string> {
  const all = new Set(keys);
  if (all.has(`${vaePrefix}decoder.conv_in.weight`) && !all.has(`${vaePrefix}decoder.up_blocks.0.resnets.0.conv1.weight`)) return new Map();
  for (const prefix of ['', 'vae.', vaePrefix]) {
    if (all.has(`${prefix}decoder.up_blocks.0.resnets.0.conv1.weight`)) return below(keys, prefix, vaePrefix, originalVaeKeys);
    if (all.has(`${prefix}decoder.up.0.block.0.conv1.weight`)) return below(keys, prefix, vaePrefix, ownVaeKeys);
  }
  return new Map();
}

function ownVaeKeys(keys: readonly string[]): ReadonlyMap<string, string> {
  const own = keys.filter((key) => /^(((en|de)coder)\.(conv_in|conv_out|norm_out|down|up|mid)|quant_conv|post_quant_conv)\./.test(key));
  return new Map(own.map((key) => [key, key]));
}

/** Renames what lies below `from` and puts it below `to`. */
function below(
  keys: readonly string[],
  from: string,
  to: string,
  names: (keys: readonly string[]) => ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const inner = keys.filter((key) => key.startsWith(from)).map((key) => key.slice(from.length));
  return new Map([...names(inner)].map(([key, name]) => [from + key, to + name]));
}
