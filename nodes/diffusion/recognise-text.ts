import type { CheckpointConfig, TextConfig } from './config.ts';
import { countWhile } from './families.ts';
import { clipBlockMark } from './models/clip-block.ts';
import type { TensorFile } from './tensor-file.ts';

type Family = CheckpointConfig['family'];

/** Which of a family's encoders an encoder is, by its published width. */
type Role = 'clip_l' | 'clip_h' | 'clip_g';
const roles: ReadonlyMap<number, Role> = new Map([
  [768, 'clip_l'],
  [1024, 'clip_h'],
  [1280, 'clip_g'],
]);

type Slot = {
  readonly role: Role;
  /** What the keys of the encoder begin with in a single-file checkpoint; older SD1 files leave `text_model.` out. */
  readonly prefixes: readonly string[];
};

/** The text encoders of each family, in the order in which their outputs are joined. */
export const textSlots: Record<Family, readonly Slot[]> = {
  sd1: [{ role: 'clip_l', prefixes: ['cond_stage_model.transformer.text_model.', 'cond_stage_model.transformer.'] }],
  sd2: [{ role: 'clip_h', prefixes: ['cond_stage_model.model.', 'cond_stage_model.transformer.text_model.'] }],
  sdxl: [
    { role: 'clip_l', prefixes: ['conditioner.embedders.0.transformer.text_model.'] },
    { role: 'clip_g', prefixes: ['conditioner.embedders.1.model.'] },
  ],
  sdxl_refiner: [{ role: 'clip_g', prefixes: ['conditioner.embedders.0.model.'] }],
};

/** What the keys of a text encoder alone begin with, in files of the field. */
const alone = ['', 'text_model.', 'model.', 'transformer.', 'transformer.text_model.'];

/** The layer whose output a family uses; SD2 as diffusers keeps it has been cut off behind that layer. */
function taken(family: Family, layers: number): Pick<TextConfig, 'hidden' | 'final_norm'> {
  switch (family) {
    case 'sd1':
      return { hidden: -1, final_norm: true };
    case 'sd2':
      return { hidden: layers === 23 ? -1 : -2, final_norm: true };
    default:
      return { hidden: -2, final_norm: false };
  }
}

/** The text encoders of a family's single-file checkpoint, as far as the file has them. */
export function recogniseTexts(file: TensorFile, family: Family): TextConfig[] {
  return textSlots[family].flatMap(({ prefixes }) => findEncoder(file, prefixes, family) ?? []);
}

/** The text encoder of a file that holds one alone, or of a checkpoint of any family, as `family` uses it; undefined if there is none for it. */
export function recogniseText(file: TensorFile, family: Family, place: number): TextConfig | undefined {
  const { role } = textSlots[family][place];
  const everywhere = Object.values(textSlots).flatMap((slots) => slots.flatMap(({ prefixes }) => prefixes));
  const found = [...alone, ...everywhere].flatMap((prefix) => findEncoder(file, [prefix], family) ?? []);
  return found.find(({ width }) => roles.get(width) === role);
}

/** The family that a text encoder alone belongs to; SDXL's are pairs. Undefined for what is no text encoder of Stable Diffusion. */
export function familyOfText(file: TensorFile): Family | undefined {
  const families: readonly Family[] = ['sd1', 'sd2', 'sdxl_refiner'];
  return families.find((family) => recogniseText(file, family, 0) !== undefined);
}

function findEncoder(file: TensorFile, prefixes: readonly string[], family: Family): TextConfig | undefined {
  for (const prefix of prefixes) {
    const found = textEncoderAt(file, 'transformers', prefix) ?? textEncoderAt(file, 'open_clip', prefix);
    if (found !== undefined) return { ...found, ...taken(family, found.layers) };
  }
  return undefined;
}

/** All of CLIP's published text encoders have heads of 64 channels. */
const textHeadSize = 64;

/** The sizes of the text encoder of a layout whose keys begin with `prefix`; undefined if there is none. */
export function textEncoderAt(
  file: TensorFile,
  layout: TextConfig['layout'],
  prefix: string,
): Omit<TextConfig, 'hidden' | 'final_norm'> | undefined {
  const isOwn = layout === 'open_clip';
  const width = file.tensors.get(`${prefix}${isOwn ? '' : 'embeddings.'}token_embedding.weight`)?.shape[1];
  if (width === undefined) return undefined;
  const projection = isOwn
    ? file.tensors.get(`${prefix}text_projection`)?.shape[1]
    : file.tensors.get(`${prefix.replace(/text_model\.$/, '')}text_projection.weight`)?.shape[0];
  const layers = countWhile((index) => file.tensors.has(clipBlockMark(layout, prefix, index)));
  return describeSizes({ layout, prefix, width, layers, projection: projection ?? null });
}

type Sizes = Pick<TextConfig, 'layout' | 'prefix' | 'width' | 'layers' | 'projection'>;

/** A text encoder of these sizes as `family` uses it. */
export function describeEncoder(sizes: Sizes, family: Family): TextConfig {
  return { ...describeSizes(sizes), ...taken(family, sizes.layers) };
}

/** OpenAI's encoders (CLIP-L) use quick GELU, OpenCLIP's (H and bigG) the exact one; the padding of a prompt differs likewise. */
function describeSizes(sizes: Sizes): Omit<TextConfig, 'hidden' | 'final_norm'> {
  const role = roles.get(sizes.width);
  const isClipL = role === 'clip_l' || (role === undefined && sizes.layout === 'transformers');
  return {
    ...sizes,
    heads: sizes.width / textHeadSize,
    activation: isClipL ? 'quick_gelu' : 'gelu',
    pad_token: isClipL ? 49407 : 0,
  };
}
