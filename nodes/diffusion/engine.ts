import type {
  ClipRecipe,
  ClipVisionOutput,
  ClipVisionRecipe,
  ControlNetRecipe,
  FileRef,
  ModelRecipe,
  UpscaleModelRecipe,
  VaeRecipe,
} from '../types.ts';
import type { Tensor } from './tensor.ts';

/** One token of a prompt: an id in CLIP's vocabulary, or a vector of a textual inversion in its place. */
export type PromptToken = { readonly id: number; readonly weight: number } | { readonly vector: Float32Array; readonly weight: number };

/**
 * x [pictures, C, h, w], timestep [B] or [1], context [B, T, width], adm [B, adm_channels] where the family has it. B is n times the
 * pictures, each of which stands for n texts: picture p for those at p, p + pictures, ... What is the same for them is computed once.
 */
type Conditioned = { readonly x: Tensor; readonly timestep: Float32Array; readonly context: Tensor; readonly adm?: Tensor };

/**
 * `residuals`, of ControlNets, are taken only by a U-Net that was loaded for them, `guidance`, the scale of guidance, only by one that
 * is told it (see `guidance_width`).
 */
type UnetStep = Conditioned & { readonly residuals?: readonly Tensor[]; readonly guidance?: number };

/** One forward pass of a U-Net, without any input scaling; returns [B, 4, h, w]. */
export type UnetCall = (step: UnetStep) => Promise<Tensor>;

/**
 * One forward pass of a ControlNet on what the U-Net is given, without any scaling of x, and hint [pictures, 3, 8h, 8w] (RGB, 0..1).
 * Returns what to add to each skip of the U-Net, and last to its middle. What it makes of a context is computed once for each tensor.
 */
export type ControlCall = (call: Conditioned & { readonly hint: Tensor }) => Promise<readonly Tensor[]>;

/** Awaited between the pieces of long preparations, of which `done` of `total` are ready; may throw a CancelledError. */
export type Pause = (done: number, total: number) => Promise<void>;

/** A tensor to be saved: `read` gives its numbers as the bits of float16. */
export type CheckpointTensor = { readonly key: string; readonly shape: readonly number[]; readonly read: () => Promise<Uint16Array> };

/** The networks of a checkpoint as functions over tensors: the only thing that nodes know of ONNX Runtime. */
export interface DiffusionEngine {
  /**
   * Hidden states of each text encoder of the recipe for chunks of 77 tokens (weights are not applied here).
   * Returns for each encoder `hidden` [chunks, 77, width] and, per chunk, `pooled` [chunks, width].
   */
  encodeTokens(
    clip: ClipRecipe,
    chunksPerEncoder: readonly (readonly (readonly PromptToken[])[])[],
    pause?: Pause,
  ): Promise<readonly { hidden: Tensor; pooled: Tensor }[]>;
  /**
   * The vectors of a textual inversion for each text encoder: [n][width]; `name` is what the prompt calls it, as one file may bundle
   * several. Throws a ProblemError if the width is wrong.
   */
  embedding(clip: ClipRecipe, file: FileRef, name: string): Promise<readonly (readonly Float32Array[])[]>;
  /** What an image encoder makes of pixels [B, 3, S, S] (see clipPixels), S being its `image_size`. */
  encodeVision(vision: ClipVisionRecipe, pixels: Tensor): Promise<ClipVisionOutput>;
  /** Loads the U-Net (unless loaded), in the form that takes residuals if `controlled`, and returns its forward pass. */
  unet(model: ModelRecipe, form?: { readonly controlled: boolean }, pause?: Pause): Promise<UnetCall>;
  /** Loads the ControlNet (unless loaded) and returns its forward pass. */
  controlNet(net: ControlNetRecipe): Promise<ControlCall>;
  /**
   * All tensors of a whole checkpoint with these networks, their changes included, under the names of the single-file layout: those of
   * text encoder i begin with `textPrefixes[i]`.
   */
  checkpoint(model: ModelRecipe, clip: ClipRecipe, vae: VaeRecipe, textPrefixes: readonly string[]): Promise<readonly CheckpointTensor[]>;
  /** Latents [B, 4, h, w], already divided by the scale factor, to pictures [B, 3, 8h, 8w] in about -1..1. */
  decode(vae: VaeRecipe, z: Tensor): Promise<Tensor>;
  /** Pictures [B, 3, H, W] in -1..1 (H, W multiples of 8) to moments [B, 8, H/8, W/8]: mean, then log variance. */
  encode(vae: VaeRecipe, image: Tensor): Promise<Tensor>;
  /**
   * A picture [1, 3, H, W] in 0..1 of any size to [1, 3, scale H, scale W] in about 0..1.
   * Throws an OutOfMemoryError where memory runs out, or would by what is free.
   */
  upscale(model: UpscaleModelRecipe, image: Tensor): Promise<Tensor>;
}
