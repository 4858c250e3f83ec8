import type { CheckpointConfig } from '../config.ts';
import { familyOfContext } from '../families.ts';
import { elementCount } from '../tensor.ts';
import type { TensorFile } from '../tensor-file.ts';
import { type LoraLayer, loraLayers } from './lora-file.ts';
import type { Role } from './lora-names.ts';

type Family = CheckpointConfig['family'];

/** The family that a LoRA was made for: what its shapes say, else what its trainer wrote down; undefined where neither tells. */
export function familyOfLora(file: TensorFile): Family | undefined {
  return familyOfContext(loraTextWidth(file) ?? 0) ?? familyOfEncoders(file) ?? familyInMetadata(file);
}

/** How wide the text is that a LoRA's cross-attention reads; undefined where it changes none. */
export function loraTextWidth(file: TensorFile): number | undefined {
  return firstWidth(file, (layer) => /attn2_to_[kv]$/.test(layer.name));
}

/** A LoRA of text encoders alone; only SDXL has two. The refiner's encoder is SDXL's second, so that it is told as SDXL. */
function familyOfEncoders(file: TensorFile): Family | undefined {
  const isText = ({ part, name }: LoraLayer) => part !== 'unet' && /self_attn_[qkv]_proj$/.test(name);
  if (loraLayers(file).some((layer) => layer.part === 'text_2' && isText(layer))) return 'sdxl';
  const family = familyOfContext(firstWidth(file, isText) ?? 0);
  return family === 'sdxl_refiner' ? 'sdxl' : family;
}

/** What the first of some layers reads is this wide. */
function firstWidth(file: TensorFile, isWanted: (layer: LoraLayer) => boolean): number | undefined {
  for (const layer of loraLayers(file)) {
    const width = isWanted(layer) ? inputWidth(file, layer) : undefined;
    if (width !== undefined) return width;
  }
  return undefined;
}

/** The right factor of a change has as many columns as its layer has inputs; a Kronecker product as many as both factors together. */
function inputWidth(file: TensorFile, { roles }: LoraLayer): number | undefined {
  const columns = (...wanted: readonly Role[]) => {
    const key = wanted.map((role) => roles.get(role)).find((found) => found !== undefined);
    const shape = file.tensors.get(key ?? '')?.shape;
    return shape === undefined || shape.length === 0 ? undefined : elementCount(shape) / shape[0];
  };
  const [left, right] = [columns('lokr_w1', 'lokr_w1_b'), columns('lokr_w2', 'lokr_w2_b')];
  return columns('down', 'hada_w1_b', 'diff') ?? (left === undefined || right === undefined ? undefined : left * right);
}

/** kohya's scripts and the model specification of Stability AI write the family in words of their own, which begin alike. */
const metadataWords: readonly (readonly [RegExp, Family])[] = [
  [/^(sdxl|stable-diffusion-xl).*refiner/, 'sdxl_refiner'],
  [/^(sdxl|stable-diffusion-xl)/, 'sdxl'],
  [/^(sd_v?2|stable-diffusion-v2)/, 'sd2'],
  [/^(sd_v?1|stable-diffusion-v1)/, 'sd1'],
];

function familyInMetadata({ metadata }: TensorFile): Family | undefined {
  for (const key of ['ss_base_model_version', 'modelspec.architecture']) {
    const words = metadata.get(key)?.toLowerCase() ?? '';
    const found = metadataWords.find(([pattern]) => pattern.test(words));
    if (found !== undefined) return found[1];
  }
  return undefined;
}
