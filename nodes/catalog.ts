import { conditioningAverage, conditioningCombine, conditioningConcat, conditioningZeroOut } from './conditioning/combine.ts';
import { inpaintModelConditioning, instructPixToPixConditioning } from './conditioning/concat.ts';
import { controlNetApply, controlNetApplyAdvanced } from './conditioning/control-net.ts';
import {
  conditioningSetArea,
  conditioningSetAreaPercentage,
  conditioningSetMask,
  conditioningSetTimestepRange,
} from './conditioning/regions.ts';
import { clipSetLastLayer, clipTextEncode } from './conditioning/text.ts';
import { clipTextEncodeSdxl, clipTextEncodeSdxlRefiner } from './conditioning/text-sdxl.ts';
import { unclipConditioning } from './conditioning/unclip.ts';
import { primitiveBoolean, primitiveFloat, primitiveInt, primitiveString, primitiveStringMultiline } from './constants/primitives.ts';
import type { NodeDefinition } from './define.ts';
import { emptyImage, imageBatch, rebatchImages } from './image/batch.ts';
import { imageBlend, imageInvert } from './image/blend.ts';
import { imageBlur, imageSharpen } from './image/blur.ts';
import { canny } from './image/canny.ts';
import { imageCompositeMasked } from './image/composite.ts';
import { imageCrop, imagePadForOutpaint } from './image/crop.ts';
import { scribblePreprocessor, scribbleXdogPreprocessor, sobelPreprocessor } from './image/edges.ts';
import { loadImage, loadImageMask, previewImage, saveImage } from './image/files.ts';
import { imageScale, imageScaleBy, imageScaleToTotalPixels } from './image/scale.ts';
import { blurPreprocessor, colorPreprocessor, inpaintPreprocessor, tilePreprocessor } from './image/simplify.ts';
import { imageStitch } from './image/stitch.ts';
import { imageUpscaleWithModel } from './image/upscale-model.ts';
import { latentBatch, latentFromBatch, rebatchLatents, repeatLatentBatch } from './latent/batch.ts';
import { latentComposite, setLatentNoiseMask } from './latent/composite.ts';
import { emptyLatentImage } from './latent/empty.ts';
import { latentUpscale, latentUpscaleBy } from './latent/upscale.ts';
import { vaeDecode, vaeEncode } from './latent/vae.ts';
import { vaeEncodeForInpaint } from './latent/vae-inpaint.ts';
import { vaeDecodeTiled, vaeEncodeTiled } from './latent/vae-tiled.ts';
import { checkpointLoaderSimple } from './loaders/checkpoint.ts';
import { clipLoader, dualClipLoader } from './loaders/clip.ts';
import { clipVisionLoader } from './loaders/clip-vision.ts';
import { controlNetLoader } from './loaders/control-net.ts';
import { diffusersLoader } from './loaders/diffusers.ts';
import { hypernetworkLoader } from './loaders/hypernetwork.ts';
import { loraLoader, loraLoaderModelOnly } from './loaders/lora.ts';
import { clipMergeSimple, modelMergeBlocks, modelMergeSimple } from './loaders/merge.ts';
import { checkpointSave } from './loaders/save-checkpoint.ts';
import { unclipCheckpointLoader } from './loaders/unclip-checkpoint.ts';
import { unetLoader } from './loaders/unet.ts';
import { upscaleModelLoader } from './loaders/upscale-model.ts';
import { vaeLoader } from './loaders/vae.ts';
import { imageToMask, invertMask, maskToImage, solidMask, thresholdMask } from './mask/basic.ts';
import { maskComposite } from './mask/composite.ts';
import { featherMask, growMask } from './mask/grow.ts';
import { kSamplerSelect, samplerCustom } from './sampling/custom.ts';
import { deepCache, int8Model } from './sampling/faster.ts';
import { freeU, freeUV2 } from './sampling/free-u.ts';
import { kSampler, kSamplerAdvanced } from './sampling/ksampler.ts';
import { modelSamplingDiscrete, rescaleCfg } from './sampling/model-changes.ts';
import { basicScheduler, exponentialScheduler, karrasScheduler, sdTurboScheduler } from './sampling/schedulers.ts';
import { flipSigmas, splitSigmas } from './sampling/sigmas.ts';
import { clipClassify } from './vision/classify.ts';
import { clipVisionEncode } from './vision/encode.ts';
import { clipRank } from './vision/rank.ts';
import { clipSimilarity } from './vision/similarity.ts';

const definitions: readonly NodeDefinition[] = [
  clipTextEncodeSdxl,
  clipTextEncodeSdxlRefiner,
  inpaintModelConditioning,
  instructPixToPixConditioning,
  int8Model,
  deepCache,
  modelSamplingDiscrete,
  rescaleCfg,
  freeU,
  freeUV2,
  sdTurboScheduler,
  conditioningConcat,
  conditioningAverage,
  conditioningZeroOut,
  conditioningCombine,
  conditioningSetAreaPercentage,
  conditioningSetMask,
  conditioningSetArea,
  conditioningSetTimestepRange,
  controlNetApply,
  controlNetApplyAdvanced,
  unclipConditioning,
  clipSetLastLayer,
  clipTextEncode,
  primitiveFloat,
  primitiveString,
  primitiveStringMultiline,
  primitiveBoolean,
  primitiveInt,
  rebatchImages,
  emptyImage,
  imageBatch,
  imageBlend,
  imageInvert,
  imageSharpen,
  imageBlur,
  imageCompositeMasked,
  imagePadForOutpaint,
  imageCrop,
  loadImageMask,
  saveImage,
  previewImage,
  loadImage,
  imageScale,
  imageScaleBy,
  imageScaleToTotalPixels,
  imageStitch,
  canny,
  sobelPreprocessor,
  scribblePreprocessor,
  scribbleXdogPreprocessor,
  tilePreprocessor,
  blurPreprocessor,
  colorPreprocessor,
  inpaintPreprocessor,
  imageUpscaleWithModel,
  repeatLatentBatch,
  latentBatch,
  latentFromBatch,
  rebatchLatents,
  setLatentNoiseMask,
  latentComposite,
  emptyLatentImage,
  latentUpscaleBy,
  latentUpscale,
  vaeEncodeForInpaint,
  vaeDecodeTiled,
  vaeEncodeTiled,
  vaeEncode,
  vaeDecode,
  checkpointLoaderSimple,
  diffusersLoader,
  controlNetLoader,
  unetLoader,
  clipLoader,
  dualClipLoader,
  hypernetworkLoader,
  vaeLoader,
  loraLoader,
  loraLoaderModelOnly,
  modelMergeSimple,
  modelMergeBlocks,
  clipMergeSimple,
  checkpointSave,
  clipVisionLoader,
  unclipCheckpointLoader,
  upscaleModelLoader,
  invertMask,
  thresholdMask,
  maskToImage,
  solidMask,
  imageToMask,
  maskComposite,
  featherMask,
  growMask,
  kSamplerSelect,
  samplerCustom,
  kSampler,
  kSamplerAdvanced,
  basicScheduler,
  karrasScheduler,
  exponentialScheduler,
  flipSigmas,
  splitSigmas,
  clipVisionEncode,
  clipClassify,
  clipSimilarity,
  clipRank,
];

/** Every node that comes with Weft, by its type. */
export const catalog: ReadonlyMap<string, NodeDefinition> = new Map(definitions.map((definition) => [definition.type, definition]));
