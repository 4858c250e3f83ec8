import { basename } from 'node:path';
import { checkVisionSizes } from './check-sizes.ts';
import { type ClipConfig, statedVision, type TextConfig, type VisionConfig, visionConfig } from './config.ts';
import { checkTensors } from './detect.ts';
import { countWhile } from './families.ts';
import { wrongKind } from './file-kinds.ts';
import { type ClipLayout, clipBlockMark, clipForwardKey } from './models/clip-block.ts';
import { visionKeys, visionParent } from './models/clip-vision.ts';
import { visitTextEncoder, visitVisionEncoder } from './models/tensors.ts';
import { textEncoderAt } from './recognise-text.ts';
import { readTensor, type TensorFile } from './tensor-file.ts';

/** What the keys of an image encoder begin with: alone or in a whole CLIP model, and inside an unCLIP checkpoint. */
const prefixes: readonly (readonly [ClipLayout, string])[] = [
  ['transformers', 'vision_model.'],
  ['open_clip', 'visual.'],
  ['open_clip', 'embedder.model.visual.'],
];

/** Published models clip it there, and nearly all have reached it. */
const usualLogitScale = 100;

/**
 * The sizes of a CLIP model, or of its image encoder alone, from its keys and shapes. Every tensor that it asks for is there in the
 * right shape. Throws a ProblemError that says what the file is instead, or what it lacks.
 */
export async function detectClip(file: TensorFile): Promise<ClipConfig> {
  const name = basename(file.path);
  const vision = recogniseVision(file);
  if (vision === undefined) throw wrongKind(name, file.tensors.keys(), 'clip_vision');
  checkVisionSizes(vision, name);
  const text = recogniseText(file, vision);
  checkTensors(file, (visit) => {
    visitVisionEncoder(vision, visit);
    if (text !== undefined) visitTextEncoder(text, visit);
  });
  return { vision, text, logitScale: await readLogitScale(file, vision.prefix) };
}

/** Whether there is an image encoder under any of the names that `detectClip` knows. */
export function holdsImageEncoder(file: TensorFile): boolean {
  return findLayout(file) !== undefined;
}

function findLayout(file: TensorFile): (typeof prefixes)[number] | undefined {
  return prefixes.find(([layout, prefix]) => file.tensors.has(prefix + visionKeys[layout].classToken));
}

function recogniseVision(file: TensorFile): VisionConfig | undefined {
  const found = findLayout(file);
  if (found === undefined) return undefined;
  const [layout, prefix] = found;
  const shape = (key: string) => file.tensors.get(key)?.shape ?? [];
  const keys = visionKeys[layout];
  const [width = 0, , patch = 0] = shape(`${prefix}${keys.patches}.weight`);
  const [positions = 0] = shape(prefix + keys.positions);
  const stated = readStated(file);
  const parsed = visionConfig.safeParse({
    layout,
    prefix,
    width,
    layers: countWhile((index) => file.tensors.has(clipBlockMark(layout, prefix, index))),
    heads: stated.heads ?? headsOf(width),
    forward: shape(clipForwardKey(layout, prefix)).at(0),
    activation: stated.activation ?? activationOf(file, prefix, width),
    patch,
    image_size: Math.round(Math.sqrt(positions - 1) * patch),
    projection:
      (layout === 'open_clip' ? shape(`${prefix}proj`).at(1) : shape(`${visionParent(prefix)}visual_projection.weight`).at(0)) ?? null,
  });
  return parsed.success ? parsed.data : undefined;
}

/** Heads are 64 wide up to ViT-L; the wider towers (H, g, bigG) have 16 heads of 80, 88 and 104. */
function headsOf(width: number): number {
  return width > 1024 ? 16 : Math.max(width / 64, 1);
}

/**
 * OpenAI's models use quick GELU, OpenCLIP's own the exact one; the shapes are the same. OpenAI's reach up to ViT-L: those under the
 * names of transformers and those inside unCLIP checkpoints are theirs, and so are files under OpenCLIP's names with `input_resolution`.
 */
function activationOf(file: TensorFile, prefix: string, width: number): VisionConfig['activation'] {
  if (width > 1024) return 'gelu';
  return prefix !== 'visual.' || file.tensors.has('input_resolution') ? 'quick_gelu' : 'gelu';
}

function readStated(file: TensorFile) {
  try {
    return statedVision.parse(JSON.parse(file.metadata.get('weft.config') ?? '{}'));
  } catch {
    // The shapes decide whether the file can be used; a description that helps nobody is passed over.
    return {};
  }
}

/** The text encoder of the same model, where the file has it whole. */
function recogniseText(file: TensorFile, { layout, prefix, activation, projection }: VisionConfig): TextConfig | undefined {
  const parent = visionParent(prefix);
  const found = textEncoderAt(file, layout, layout === 'open_clip' ? prefix.replace(/visual\.$/, '') : `${parent}text_model.`);
  // unCLIP checkpoints keep what lies around the text encoder's blocks, and drop these.
  if (found === undefined || found.layers === 0) return undefined;
  if (found.projection === null || found.projection !== projection) return undefined;
  return { ...found, hidden: -1, final_norm: true, activation };
}

/** A file holds the logarithm of the scale. */
async function readLogitScale(file: TensorFile, prefix: string): Promise<number> {
  const key = `${prefix.replace(/(vision_model|visual)\.$/, '')}logit_scale`;
  if (!file.tensors.has(key)) return usualLogitScale;
  const scale = Math.exp((await readTensor(file, key)).data[0]);
  return Number.isFinite(scale) ? scale : usualLogitScale;
}
