import { ProblemError } from '../problem.ts';
import type { ConditioningValue, Control, ControlNetRecipe } from '../types.ts';
import type { Area, LatentSize, PlacedEntry } from './areas.ts';
import type { ModelConfig, UnetConfig } from './config.ts';
import type { ControlCall, DiffusionEngine } from './engine.ts';
import { familyReading } from './families.ts';
import { type ModelSampling, percentToSigma } from './model-sampling.ts';
import { resizeImage } from './resize.ts';
import { concatBatch, repeatToBatch, sliceBatch, type Tensor, zeros } from './tensor.ts';

/** Pixels along one latent pixel. */
const latentPixels = 8;

/** A control on one region of the picture. */
export type PlacedControl = {
  /** Placed controls of the same source and area see the same hint. */
  readonly source: Control;
  /** [B, 3, 8h, 8w] of the region. */
  readonly hint: Tensor;
  readonly startSigma: number;
  readonly endSigma: number;
};

/** Whether a prompt carries controls: the model is then loaded in the form that takes their residuals. */
export function isControlled(...prompts: readonly ConditioningValue[]): boolean {
  return prompts.some((entries) => entries.some(({ controls = [] }) => controls.length > 0));
}

/**
 * Lets the negative side follow the pictures that the positive side shares with it, unless it has controls of its own. Only
 * entries for the whole picture give and take.
 */
export function withSharedControls(negative: readonly PlacedEntry[], positive: readonly PlacedEntry[]): readonly PlacedEntry[] {
  const whole = ({ area }: PlacedEntry) => area === undefined;
  const shared = positive
    .filter(whole)
    .map(({ entry }) => (entry.controls ?? []).filter(({ sharedWithNegative }) => sharedWithNegative))
    .filter((controls) => controls.length > 0);
  const takers = negative.filter(whole);
  if (shared.length === 0 || takers.some(({ entry }) => isControlled([entry]))) return negative;
  return negative.map((placed) => {
    const controls = shared[takers.indexOf(placed)];
    return controls === undefined ? placed : { ...placed, entry: { ...placed.entry, controls } };
  });
}

/**
 * The controls of an entry on its area of a picture of `size`. A hint is enlarged or shrunk to the whole picture, its middle cut
 * to the picture's proportions, and then cropped to the area.
 */
export function placeControls(
  { entry }: PlacedEntry,
  area: Area,
  { size, items, sampling }: { size: LatentSize; items: number; sampling: ModelSampling },
): readonly PlacedControl[] {
  return (entry.controls ?? []).map((source) => ({
    source,
    hint: repeatToBatch(cropHint(source.hint, area, size), items),
    startSigma: percentToSigma(sampling, source.startPercent),
    endSigma: percentToSigma(sampling, source.endPercent),
  }));
}

/** Pictures [B, H, W, 3 or 4] as [B, 3, 8h, 8w] of an area. */
function cropHint(image: Tensor, area: Area, size: LatentSize): Tensor {
  const whole = { height: latentPixels * size.height, width: latentPixels * size.width };
  const fitted = resizeImage(image, whole, 'nearest-exact', 'center');
  const [items, , , channels] = fitted.shape;
  const [height, width] = [latentPixels * area.height, latentPixels * area.width];
  const [top, left] = [latentPixels * area.y, latentPixels * area.x];
  const hint = zeros([items, 3, height, width]);
  for (let item = 0; item < items; item++) {
    for (let y = 0; y < height; y++) {
      const from = ((item * whole.height + top + y) * whole.width + left) * channels;
      for (let channel = 0; channel < 3; channel++) {
        const to = ((item * 3 + channel) * height + y) * width;
        for (let x = 0; x < width; x++) hint.data[to + x] = fitted.data[from + x * channels + channel];
      }
    }
  }
  return hint;
}

/**
 * What the U-Net is about to be given: all regions of a batch, `items` of each; x holds a single one where all see the same.
 * ControlNets see the first channels of x alone.
 */
type BatchInputs = {
  readonly x: Tensor;
  readonly timestep: Float32Array;
  readonly context: Tensor;
  readonly adm: Tensor | undefined;
  readonly items: number;
};

/**
 * The sum of what the controls of each region add to the U-Net at this noise level; undefined where none is in its range.
 * `controls` has one list for each region of the batch. A control that several regions share is computed for all of them at once.
 */
export type ControlResiduals = (
  controls: readonly (readonly PlacedControl[])[],
  inputs: BatchInputs,
  sigma: number,
) => Promise<readonly Tensor[] | undefined>;

/** For one run: each ControlNet is loaded once, and sees a text as the same tensor at every step. */
export function createControlResiduals(load: DiffusionEngine['controlNet']): ControlResiduals {
  const nets = new Map<ControlNetRecipe, Promise<ControlCall>>();
  const texts = new WeakMap<Tensor, Map<string, Tensor>>();

  const loaded = (net: ControlNetRecipe) => {
    const call = nets.get(net) ?? load(net);
    nets.set(net, call);
    return call;
  };
  const contextOf = (whole: Tensor, regions: readonly number[], items: number) => {
    const parts = texts.get(whole) ?? new Map<string, Tensor>();
    const part = parts.get(regions.join()) ?? pickRegions(whole, regions, items);
    texts.set(whole, parts.set(regions.join(), part));
    return part;
  };

  return async (controls, inputs, sigma) => {
    let sums: readonly Tensor[] | undefined;
    for (const [{ net, strength }, uses] of usersOf(controls, sigma)) {
      const { items, timestep, adm } = inputs;
      const regions = uses.map(({ region }) => region);
      const x = firstChannels(inputs.x, net.config.unet.in_channels);
      const alike = x.shape[0] === items;
      const outputs = await (await loaded(net))({
        x: alike ? x : pickRegions(x, regions, items),
        timestep,
        context: contextOf(inputs.context, regions, items),
        adm: adm && pickRegions(adm, regions, items),
        hint: alike ? uses[0].hint : concatBatch(uses.map(({ hint }) => hint)),
      });
      sums ??= outputs.map(({ shape }) => zeros([controls.length * items, ...shape.slice(1)]));
      for (const [at, output] of outputs.entries()) addToRegions(sums[at], output, strength, regions, items);
    }
    return sums;
  };
}

/** The regions, with their hints, that each control in its range acts on. */
function usersOf(
  controls: readonly (readonly PlacedControl[])[],
  sigma: number,
): ReadonlyMap<Control, readonly { readonly region: number; readonly hint: Tensor }[]> {
  const users = new Map<Control, { region: number; hint: Tensor }[]>();
  for (const [region, placed] of controls.entries()) {
    for (const { source, hint, startSigma, endSigma } of placed) {
      if (sigma > startSigma || sigma < endSigma) continue;
      users.set(source, [...(users.get(source) ?? []), { region, hint }]);
    }
  }
  return users;
}

/** The items of these regions, of a tensor that holds `items` of each region. */
function pickRegions(source: Tensor, regions: readonly number[], items: number): Tensor {
  return concatBatch(regions.map((region) => sliceBatch(source, region * items, (region + 1) * items)));
}

/** The first `count` channels of [B, C, h, w]: inpainting models see more than the noisy latents. */
function firstChannels(x: Tensor, count: number): Tensor {
  const [items, channels, ...size] = x.shape;
  if (channels === count) return x;
  return concatBatch(
    Array.from({ length: items }, (_, item) => {
      const own = sliceBatch(x, item, item + 1).data;
      return { data: own.subarray(0, (own.length / channels) * count), shape: [1, count, ...size] };
    }),
  );
}

function addToRegions(sum: Tensor, output: Tensor, strength: number, regions: readonly number[], items: number): void {
  for (const [place, region] of regions.entries()) {
    const to = sliceBatch(sum, region * items, (region + 1) * items).data;
    const from = sliceBatch(output, place * items, (place + 1) * items).data;
    for (let i = 0; i < to.length; i++) to[i] += strength * from[i];
  }
}

/** Throws a ProblemError if a prompt carries a ControlNet that was made for models of other sizes. */
export function checkControls(input: string, prompt: ConditioningValue, { unet }: Pick<ModelConfig, 'unet'>): void {
  const wrong = prompt.flatMap(({ controls = [] }) => controls).find(({ net }) => !fits(net.config.unet, unet));
  if (wrong === undefined) return;
  const width = wrong.net.config.unet.context_dim;
  const what = `The ControlNet "${wrong.net.file.name}" was made for`;
  throw new ProblemError({
    input,
    what:
      width === unet.context_dim
        ? `${what} a network of other sizes than the model's.`
        : `${what} ${familyReading(width)}, but the model belongs to ${familyReading(unet.context_dim)}.`,
    fix: 'Choose a ControlNet that was made for the same family as the checkpoint.',
  });
}

function fits(net: UnetConfig, model: UnetConfig): boolean {
  return (
    net.context_dim === model.context_dim &&
    (net.adm_channels === null || net.adm_channels === model.adm_channels) &&
    net.num_res_blocks === model.num_res_blocks &&
    net.model_channels === model.model_channels &&
    net.channel_mult.join() === model.channel_mult.join()
  );
}
