import type { CheckpointConfig, ClipConfig, ControlNetConfig, ModelConfig, TextConfig } from './diffusion/config.ts';
import type { OnnxText, OnnxUnet, OnnxVaeHalf } from './diffusion/folders/onnx-networks.ts';
import type { HypernetworkSettings } from './diffusion/hypernetwork.ts';
import type { FreeU } from './diffusion/models/free-u.ts';
import type { UpscalerConfig } from './diffusion/models/upscaler-config.ts';
import type { LoraPart } from './diffusion/patches/lora-names.ts';
import type { Tensor } from './diffusion/tensor.ts';

/** The folders below `models/` in which model files are looked up. */
export const modelFolders = [
  'checkpoints',
  'diffusers',
  'diffusion_models',
  'text_encoders',
  'vae',
  'loras',
  'embeddings',
  'controlnet',
  'upscale_models',
  'clip_vision',
  'hypernetworks',
] as const;
export type ModelFolder = (typeof modelFolders)[number];

/** Where a file named by a workflow lives: a model folder, or the pictures in `input/`. */
export const fileFolders = [...modelFolders, 'input'] as const;
export type FileFolder = (typeof fileFolders)[number];

/** A file that a workflow names, found and fingerprinted by the host before anything runs. */
export type FileRef = {
  /** The name in the workflow, relative to its folder, with forward slashes. */
  readonly name: string;
  /** The absolute path on this machine. */
  readonly path: string;
  /** Changes whenever the file's content changes. */
  readonly fingerprint: string;
};

/** float32 [B, H, W, C], values in 0..1, C = 3 (RGB) or 4 (RGBA). Hints for inpainting ControlNets hold -1 where they are unknown. */
export type ImageValue = Tensor;
/** float32 [B, H, W], values in 0..1; 1 = masked (to be changed). */
export type MaskValue = Tensor;
/** Unscaled latents: the model's scale factor is applied inside the sampler and the VAE only. */
export type LatentValue = {
  /** float32 [B, 4, h, w]; h, w = pixels / 8. */
  readonly samples: Tensor;
  /** float32 [B or 1, H, W] at any size; 1 = to be changed. */
  readonly noiseMask?: MaskValue;
  /** For each item, its place in the batch that it was taken from: noise depends on it. */
  readonly batchIndex?: readonly number[];
};

/** Where a conditioning applies: in latent pixels, or as fractions of the picture. */
type ConditioningArea =
  | { readonly unit: 'latent'; readonly height: number; readonly width: number; readonly y: number; readonly x: number }
  | { readonly unit: 'fraction'; readonly height: number; readonly width: number; readonly y: number; readonly x: number };

export type PictureSize = {
  readonly width: number;
  readonly height: number;
  readonly cropLeft?: number;
  readonly cropTop?: number;
  /** The size itself where absent. */
  readonly target?: { readonly width: number; readonly height: number };
};

export type UnclipPicture = {
  /** float32 [B, width]: what an image encoder makes of it. */
  readonly embeds: Tensor;
  readonly strength: number;
  /** 0..1: how much of it is replaced by noise; 0 keeps closest to it. */
  readonly noiseAugmentation: number;
};

/** A picture that a ControlNet makes the model follow. */
export type Control = {
  readonly net: ControlNetRecipe;
  /** The picture to follow, at any size. */
  readonly hint: ImageValue;
  /** 0..10; 1 is as trained. */
  readonly strength: number;
  /** 0..1 of the sampling schedule, by sigma. */
  readonly startPercent: number;
  readonly endPercent: number;
  /** True where the negative side, too, follows the picture, unless it has controls of its own. */
  readonly sharedWithNegative: boolean;
};

export type ConditioningEntry = {
  /** float32 [B, 77 n, width]. */
  readonly tokens: Tensor;
  /** float32 [B, width of the pooled output]. */
  readonly pooledOutput?: Tensor;
  readonly area?: ConditioningArea;
  /** 0..10, 1 where absent; weighs this entry against the others where they overlap. */
  readonly strength?: number;
  readonly mask?: MaskValue;
  /** 0..10, 1 where absent. */
  readonly maskStrength?: number;
  /** The model sees only the mask's bounding box. */
  readonly setAreaToBounds?: boolean;
  /** 0..1 of the sampling schedule, by sigma; 0 and 1 where absent. */
  readonly startPercent?: number;
  readonly endPercent?: number;
  /** Pictures whose meaning an unCLIP model takes up beside the text. */
  readonly unclip?: readonly UnclipPicture[];
  /** What SDXL is told of the picture's size and crop, in pixels; the real size and no crop where absent. */
  readonly pictureSize?: PictureSize;
  /** What SDXL's refiner is told of the picture's beauty, about 1..10; its defaults where absent. */
  readonly aestheticScore?: number;
  /** For models with more input channels (inpainting, editing): the picture they see beside the noise, as unscaled latents [B, 4, h, w]. */
  readonly concatLatent?: Tensor;
  /** For inpainting models: 1 = to be changed. */
  readonly concatMask?: MaskValue;
  /** Their effects are added. */
  readonly controls?: readonly Control[];
};
export type ConditioningValue = readonly ConditioningEntry[];

/** What an image encoder makes of B pictures. */
export type ClipVisionOutput = {
  /** float32 [B, 1 + patches, width]: the states after the last block, and after the one before it. */
  readonly lastHidden: Tensor;
  readonly penultimate: Tensor;
  /** float32 [B, width of the projection]. */
  readonly embeds: Tensor;
};

/** Where the weights of a network lie: in a file, or in one part of a folder of parts. */
export type WeightsRef = {
  readonly file: FileRef;
  /** The part's path below the folder, with forward slashes; absent where `file` is a file. */
  readonly part?: string;
};

/** A LoRA file and how much it counts; `parts` tells under which of its names the changes of this network are. */
export type LoraPatch = { readonly kind: 'lora'; readonly file: FileRef; readonly strength: number; readonly parts: readonly LoraPart[] };

/** How much of a U-Net stays as it is where another one is mixed in, 0..1: in its first half, its middle and its second half. */
export type BlockShares = { readonly input: number; readonly middle: number; readonly out: number };

/** A U-Net's weights with their changes. */
export type ModelWeights = Pick<ModelRecipe, 'file' | 'part' | 'config' | 'patches'>;
/** A change of a U-Net's weights. */
export type ModelPatch = LoraPatch | { readonly kind: 'merge'; readonly with: ModelWeights; readonly share: BlockShares };
/** A change of a text encoder's weights. */
export type TextPatch = LoraPatch | { readonly kind: 'merge'; readonly with: TextEncoderRecipe; readonly share: number };

/** Recipes: small, serialisable descriptions from which a worker makes ONNX Runtime sessions when needed. */
export type ModelRecipe = WeightsRef & {
  readonly recipe: 'model';
  readonly config: ModelConfig;
  /** Where the part is an ONNX graph: what it takes and gives. */
  readonly onnx?: OnnxUnet;
  /** In the order in which they are applied. */
  readonly patches?: readonly ModelPatch[];
  /** How far guidance is brought back to the contrast of the positive side, 0..1; see rescaleGuidance. */
  readonly rescaleCfg?: number;
  readonly freeU?: FreeU;
  /** True to compute with weights and activations rounded to 8 bits where that is faster. */
  readonly int8?: boolean;
  readonly reuse?: DeepReuse;
  /** In the order in which they are applied. */
  readonly hypernetworks?: readonly HypernetworkRef[];
};
/** Uses what was computed deep inside the U-Net again at the next steps (see UnetVariant.deep). */
export type DeepReuse = {
  /** It is computed at every so many steps. */
  readonly every: number;
  /** 0..1 of the way from noise to picture, by timestep: outside every step is whole. */
  readonly start: number;
  readonly end: number;
};
export type HypernetworkRef = HypernetworkSettings & {
  readonly file: FileRef;
  /** 1 is as trained. */
  readonly strength: number;
};
/** A text encoder; those of one recipe may come from several files. */
export type TextEncoderRecipe = WeightsRef & {
  readonly config: TextConfig;
  /** Where the part is an ONNX graph: what it takes and gives. */
  readonly onnx?: OnnxText;
  readonly patches?: readonly TextPatch[];
};
export type ClipRecipe = {
  readonly recipe: 'clip';
  /** In the order in which their outputs are joined; the last one gives the pooled output. */
  readonly encoders: readonly TextEncoderRecipe[];
  /** -1 = last layer, -2 = the one before it, ...; the family's own choice where absent. */
  readonly stopAtLayer?: number;
};
/** A CLIP model as one that looks at pictures; `config.text` says whether its file can read texts as well. */
export type ClipVisionRecipe = WeightsRef & { readonly recipe: 'clip_vision'; readonly config: ClipConfig };
export type VaeRecipe = WeightsRef & {
  readonly recipe: 'vae';
  readonly config: Pick<CheckpointConfig, 'vae'>;
  /** Where the halves are ONNX graphs: what they take and give. */
  readonly onnx?: { readonly decoder: OnnxVaeHalf; readonly encoder?: OnnxVaeHalf };
};
export type UpscaleModelRecipe = WeightsRef & { readonly recipe: 'upscale_model'; readonly config: UpscalerConfig };
export type ControlNetRecipe = WeightsRef & { readonly recipe: 'control_net'; readonly config: ControlNetConfig };
type SamplerRecipe = { readonly recipe: 'sampler'; readonly name: string };

/** The type of a value for every socket type. */
export type SocketValues = {
  MODEL: ModelRecipe;
  CLIP: ClipRecipe;
  VAE: VaeRecipe;
  CLIP_VISION: ClipVisionRecipe;
  CLIP_VISION_OUTPUT: ClipVisionOutput;
  UPSCALE_MODEL: UpscaleModelRecipe;
  CONTROL_NET: ControlNetRecipe;
  CONDITIONING: ConditioningValue;
  LATENT: LatentValue;
  IMAGE: ImageValue;
  MASK: MaskValue;
  SAMPLER: SamplerRecipe;
  /** float32 [n + 1], noise levels from high to low; usually ends on 0. */
  SIGMAS: Tensor;
  INT: number | bigint;
  FLOAT: number;
  STRING: string;
  BOOLEAN: boolean;
};
export type SocketType = keyof SocketValues;

/** Every socket type; an object's keys, so that the compiler sees that none is missing. */
export const socketTypes = Object.keys({
  MODEL: 0,
  CLIP: 0,
  VAE: 0,
  CLIP_VISION: 0,
  CLIP_VISION_OUTPUT: 0,
  UPSCALE_MODEL: 0,
  CONTROL_NET: 0,
  CONDITIONING: 0,
  LATENT: 0,
  IMAGE: 0,
  MASK: 0,
  SAMPLER: 0,
  SIGMAS: 0,
  INT: 0,
  FLOAT: 0,
  STRING: 0,
  BOOLEAN: 0,
} satisfies Record<SocketType, 0>) as SocketType[];
