import type { ConditioningValue } from '../types.ts';
import { admVector } from './adm.ts';
import { type Area, areaWeights, clipArea, type LatentSize, type PlacedEntry, placeEntry, withCounterparts } from './areas.ts';
import { concatInput, type Sampled } from './concat-input.ts';
import type { ModelConfig } from './config.ts';
import { type ControlResiduals, createControlResiduals, type PlacedControl, placeControls, withSharedControls } from './control.ts';
import type { DiffusionEngine, UnetCall } from './engine.ts';
import { inputScale, type ModelSampling, percentToSigma, predictionFactors, sigmaToTimestep } from './model-sampling.ts';
import { rescaleGuidance } from './rescale-cfg.ts';
import type { Denoiser, Vector } from './samplers/sampler.ts';
import { concatBatch, elementCount, repeatToBatch, type Tensor, zeros } from './tensor.ts';
import { type EmbeddingStatistics, unclipVector } from './unclip.ts';

export type GuidanceOptions = {
  readonly unet: UnetCall;
  readonly controlNet: DiffusionEngine['controlNet'];
  readonly config: Pick<ModelConfig, 'family' | 'unet' | 'vae'>;
  readonly sampling: ModelSampling;
  readonly positive: ConditioningValue;
  readonly negative: ConditioningValue;
  /** The guidance scale of Ho and Salimans 2022: 1 follows the positive side alone. A model that is told it guides by itself. */
  readonly cfg: number;
  /** See rescaleGuidance; 0 guides plainly. */
  readonly rescaleCfg: number;
  readonly sampled: Sampled;
  /** What unCLIP models noise pictures with; without statistics they are taken to be of mean 0 and variance 1. */
  readonly unclip: { readonly statistics?: EmbeddingStatistics; readonly seed: bigint };
  /** Computes the negative side even where cfg 1 makes it needless. */
  readonly alwaysUncond: boolean;
};

type Side = 'positive' | 'negative';

/** Where and when one conditioning acts. */
type Region = {
  readonly side: Side;
  readonly area: Area;
  /** [items, height, width] of the area. */
  readonly weights: Tensor;
  /** [B, T, width]. */
  readonly context: Tensor;
  /** [B, adm_channels]. */
  readonly adm: Tensor | undefined;
  /** [B, extra channels, h, w] of the whole picture. */
  readonly concat: Tensor | undefined;
  readonly controls: readonly PlacedControl[];
  readonly startSigma: number;
  readonly endSigma: number;
};

/** A region with its share of the picture among those of its side: [B, height, width] of its area. */
type SharedRegion = Region & { readonly shares: Float32Array };

/** Regions that one call of the model answers: areas of the same size, tokens of the same length. */
type Batch = {
  readonly regions: readonly SharedRegion[];
  readonly area: LatentSize;
  /** Whether all of them see the same of the picture, so that the model need be given it only once. */
  readonly alike: boolean;
  readonly context: Tensor;
  readonly adm: Tensor | undefined;
};

/**
 * Classifier-free guidance over any number of conditionings: each side's predictions are averaged by strength and mask where
 * they overlap, and the sides are combined as negative + (positive - negative) cfg in the space of clean latents.
 */
export function createGuidedDenoiser(options: GuidanceOptions): Denoiser {
  const { rescaleCfg } = options;
  const isTold = options.config.unet.guidance_width !== undefined;
  const [cfg, guidance] = isTold ? [1, options.cfg] : [options.cfg, undefined];
  const { shape } = options.sampled.start;
  const [items, , height, width] = shape;
  const size = { height, width };
  const skipsUncond = Math.abs(cfg - 1) < 1e-9 && !options.alwaysUncond;
  const ownPositive = options.positive.map((entry) => placeEntry(entry, size));
  const ownNegative = options.negative.map((entry) => placeEntry(entry, size));
  const negative = withCounterparts(withSharedControls(ownNegative, ownPositive), ownPositive);
  const positive = withCounterparts(ownPositive, negative);
  const regions = [
    ...(skipsUncond ? [] : negative.flatMap((placed) => createRegion(placed, 'negative', options))),
    ...positive.flatMap((placed) => createRegion(placed, 'positive', options)),
  ];
  const plans = new Map<string, readonly Batch[]>();
  const controlResiduals = createControlResiduals(options.controlNet);

  return async (x, sigma) => {
    const active = regions.filter((region) => sigma <= region.startSigma && sigma >= region.endSigma);
    const key = active.map((region) => regions.indexOf(region)).join();
    const plan = plans.get(key) ?? planBatches(active, shape);
    plans.set(key, plan);

    const sums = { positive: new Float32Array(x.length), negative: new Float32Array(x.length) };
    for (const batch of plan) await predictBatch(batch, { ...options, guidance, controlResiduals, shape, x, sigma, sums });
    if (skipsUncond) return { denoised: sums.positive, uncond: sums.positive };
    const guided = guide(sums.positive, sums.negative, cfg);
    if (rescaleCfg === 0) return { denoised: guided, uncond: sums.negative };
    return { denoised: rescaleGuidance({ positive: sums.positive, guided, x }, sigma, items, rescaleCfg), uncond: sums.negative };
  };
}

function guide(positive: Vector, negative: Vector, cfg: number): Vector {
  return positive.map((value, i) => negative[i] + (value - negative[i]) * cfg);
}

/** One region, or none if the area lies outside the picture. */
function createRegion(placed: PlacedEntry, side: Side, { config, sampling, sampled, unclip }: GuidanceOptions): Region[] {
  const { entry } = placed;
  const [items, , height, width] = sampled.start.shape;
  const size = { height, width };
  const area = clipArea(placed.area, size);
  if (area === undefined) return [];
  const augmentation = config.unet.noise_augmentation;
  const adm =
    augmentation === undefined
      ? admVector(config, entry, { height: 8 * height, width: 8 * width }, side)
      : unclipVector(entry.unclip ?? [], augmentation.width, unclip.statistics, unclip.seed);
  return [
    {
      side,
      area,
      weights: areaWeights(placed, area, size),
      context: repeatToBatch(entry.tokens, items),
      adm: adm && repeatToBatch({ data: adm, shape: [1, adm.length] }, items),
      concat: concatInput(config, entry, sampled),
      controls: placeControls(placed, area, { size, items, sampling }),
      startSigma: percentToSigma(sampling, entry.startPercent ?? 0),
      endSigma: percentToSigma(sampling, entry.endPercent ?? 1),
    },
  ];
}

/** Latent pixels up to which several regions go through the model together: beyond, it costs memory and gains no time. */
const maxBatchPixels = 2 * 64 * 64;
/** Tokens are repeated to a common length up to this many times; attention over repeated tokens gives the same result. */
const maxRepeats = 4;

function planBatches(active: readonly Region[], shape: readonly number[]): readonly Batch[] {
  const groups: SharedRegion[][] = [];
  for (const region of withShares(active, shape)) {
    const group = groups.find((candidate) => fitsInto(candidate, region));
    if (group === undefined) groups.push([region]);
    else group.push(region);
  }
  return groups.map((group) => {
    const length = group.map(tokenCount).reduce(leastCommonMultiple);
    const adms = group.flatMap(({ adm }) => (adm === undefined ? [] : [adm]));
    return {
      regions: group,
      area: group[0].area,
      alike: group.every((region) => seesTheSame(region, group[0])),
      context: concatBatch(group.map(({ context }) => repeatTokens(context, length))),
      adm: adms.length === 0 ? undefined : concatBatch(adms),
    };
  });
}

function fitsInto(group: readonly Region[], region: Region): boolean {
  const { height, width } = region.area;
  const [first] = group;
  if (first.area.height !== height || first.area.width !== width) return false;
  if ((group.length + 1) * region.context.shape[0] * height * width > maxBatchPixels) return false;
  const lengths = [...group, region].map(tokenCount);
  return lengths.reduce(leastCommonMultiple) <= maxRepeats * Math.min(...lengths);
}

function seesTheSame(one: Region, other: Region): boolean {
  const values = other.concat?.data;
  return (
    one.area.y === other.area.y && one.area.x === other.area.x && (one.concat?.data.every((value, i) => value === values?.[i]) ?? true)
  );
}

function tokenCount({ context }: Region): number {
  return context.shape[1];
}

function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (a * b) / divisor;
}

/** Repeats the tokens of each item up to `length`, a multiple of their number. */
function repeatTokens(context: Tensor, length: number): Tensor {
  const [items, count, width] = context.shape;
  if (count === length) return context;
  const result = zeros([items, length, width]);
  const span = count * width;
  for (let item = 0; item < items; item++) {
    const tokens = context.data.subarray(item * span, (item + 1) * span);
    for (let at = 0; at < length; at += count) result.data.set(tokens, (item * length + at) * width);
  }
  return result;
}

/** Divides each region's weights by the sum of those of its side. */
function withShares(active: readonly Region[], shape: readonly number[]): SharedRegion[] {
  const [items, , height, width] = shape;
  const totals = { positive: new Float32Array(items * height * width), negative: new Float32Array(items * height * width) };
  const visit = (region: Region, f: (inArea: number, inPicture: number, weight: number) => void) => {
    const { area, weights } = region;
    const pixels = area.height * area.width;
    for (let i = 0; i < items * pixels; i++) {
      const item = Math.floor(i / pixels);
      const y = Math.floor((i % pixels) / area.width);
      const inPicture = (item * height + area.y + y) * width + area.x + (i % area.width);
      f(i, inPicture, weights.data[(item % weights.shape[0]) * pixels + (i % pixels)]);
    }
  };
  for (const region of active) {
    visit(region, (_, inPicture, weight) => {
      totals[region.side][inPicture] += weight;
    });
  }
  return active.map((region) => {
    const shares = new Float32Array(items * region.area.height * region.area.width);
    visit(region, (inArea, inPicture, weight) => {
      const total = totals[region.side][inPicture];
      shares[inArea] = total > 0 ? weight / total : 0;
    });
    return { ...region, shares };
  });
}

type BatchCall = Pick<GuidanceOptions, 'sampling' | 'unet'> & {
  readonly controlResiduals: ControlResiduals;
  readonly guidance: number | undefined;
  readonly shape: readonly number[];
  readonly x: Vector;
  readonly sigma: number;
  readonly sums: Readonly<Record<Side, Vector>>;
};

/** Runs the model on a batch's regions and adds their shares of the clean latents to the sums of their sides. */
async function predictBatch(batch: Batch, { x, sigma, shape, sums, sampling, unet, controlResiduals, guidance }: BatchCall): Promise<void> {
  const { height, width } = batch.area;
  const input = batchInput(batch, x, shape, inputScale(sampling, sigma));
  const regionLength = elementCount([...shape.slice(0, 2), height, width]);
  const timestep = Float32Array.of(sigmaToTimestep(sampling, sigma));
  const inputs = { x: input, timestep, context: batch.context, adm: batch.adm };
  const controls = batch.regions.map((region) => region.controls);
  const residuals = await controlResiduals(controls, { ...inputs, items: shape[0] }, sigma);
  const output = await unet({ ...inputs, guidance, residuals });

  const factors = predictionFactors(sampling, sigma);
  batch.regions.forEach((region, place) => {
    const predicted = output.data.subarray(place * regionLength, (place + 1) * regionLength);
    const sum = sums[region.side];
    forEachRow(region.area, shape, (inArea, inPicture, shareAt) => {
      for (let i = 0; i < width; i++) {
        const denoised = factors.x * x[inPicture + i] + factors.output * predicted[inArea + i];
        sum[inPicture + i] += region.shares[shareAt + i] * denoised;
      }
    });
  });
}

/**
 * The noisy latents of each region's area times `scale`, with its further channels behind them: [regions * items, C, height, width],
 * or [items, C, height, width] where they are alike.
 */
function batchInput({ regions: all, alike, area }: Batch, x: Vector, shape: readonly number[], scale: number): Tensor {
  const regions = alike ? all.slice(0, 1) : all;
  const [items, channels] = shape;
  const extra = regions[0].concat?.shape[1] ?? 0;
  const itemLength = (channels + extra) * area.height * area.width;
  const input = zeros([regions.length * items, channels + extra, area.height, area.width]);
  regions.forEach((region, place) => {
    const copy = (source: Vector, sourceShape: readonly number[], offset: number, factor: number) => {
      const ownLength = sourceShape[1] * area.height * area.width;
      forEachRow(region.area, sourceShape, (inArea, inPicture) => {
        const item = place * items + Math.floor(inArea / ownLength);
        const at = item * itemLength + offset + (inArea % ownLength);
        for (let i = 0; i < area.width; i++) input.data[at + i] = source[inPicture + i] * factor;
      });
    };
    copy(x, shape, 0, scale);
    if (region.concat !== undefined) copy(region.concat.data, region.concat.shape, channels * area.height * area.width, 1);
  });
  return input;
}

/** Visits the rows of an area in all items and channels: where each starts in the area, in the picture, and in [items, height, width]. */
function forEachRow(area: Area, shape: readonly number[], visit: (inArea: number, inPicture: number, shareAt: number) => void): void {
  const [items, channels, height, width] = shape;
  for (let item = 0; item < items; item++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < area.height; y++) {
        const inArea = ((item * channels + channel) * area.height + y) * area.width;
        const inPicture = ((item * channels + channel) * height + area.y + y) * width + area.x;
        visit(inArea, inPicture, (item * area.height + y) * area.width);
      }
    }
  }
}
