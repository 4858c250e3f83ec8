import type { ConditioningEntry, MaskValue } from '../types.ts';
import { resizeMask } from './resize.ts';
import { roundHalfToEven } from './rounding.ts';
import { sliceBatch, type Tensor, zeros } from './tensor.ts';

/** A rectangle of a picture, in latent pixels. */
export type Area = { readonly y: number; readonly x: number; readonly height: number; readonly width: number };
export type LatentSize = { readonly height: number; readonly width: number };

/** A conditioning entry with its place: where it acts and which mask weighs it, both in latent pixels. */
export type PlacedEntry = {
  readonly entry: ConditioningEntry;
  /** Absent where it acts on the whole picture. */
  readonly area?: Area;
  /** [B or 1, h, w] of the whole picture. */
  readonly mask?: MaskValue;
};

/** Places an entry on a picture of the given size: fractions become latent pixels, and masks get the latent's size. */
export function placeEntry(entry: ConditioningEntry, size: LatentSize): PlacedEntry {
  const mask = entry.mask === undefined ? undefined : fitMask(entry.mask, size);
  if (mask !== undefined && entry.setAreaToBounds === true) return { entry, mask, area: boundsOf(mask) };
  if (entry.area === undefined) return { entry, mask };
  const { unit, y, x, height, width } = entry.area;
  if (unit === 'latent') return { entry, mask, area: { y, x, height, width } };
  const area = {
    y: roundHalfToEven(y * size.height),
    x: roundHalfToEven(x * size.width),
    height: Math.max(1, roundHalfToEven(height * size.height)),
    width: Math.max(1, roundHalfToEven(width * size.width)),
  };
  return { entry, mask, area };
}

/** A mask at the latent's size, bilinearly. */
export function fitMask(mask: MaskValue, size: LatentSize): MaskValue {
  if (mask.shape[1] === size.height && mask.shape[2] === size.width) return mask;
  return resizeMask(mask, size, 'bilinear');
}

/** The part of an area that lies on the picture; undefined if there is none. */
export function clipArea(area: Area | undefined, size: LatentSize): Area | undefined {
  if (area === undefined) return { y: 0, x: 0, ...size };
  const height = Math.min(area.height, size.height - area.y);
  const width = Math.min(area.width, size.width - area.x);
  return height > 0 && width > 0 ? { y: area.y, x: area.x, height, width } : undefined;
}

/** Edges of an area that lie inside the picture fade over this many latent pixels, or a quarter of the area if that is less. */
const featherWidth = 8;

/** How much an entry counts at each place of its (clipped) area: [items, height, width], with one item unless its mask has more. */
export function areaWeights({ entry, mask }: PlacedEntry, area: Area, size: LatentSize): Tensor {
  const strength = entry.strength ?? 1;
  if (mask !== undefined) return maskWeights(mask, area, strength * (entry.maskStrength ?? 1));
  const rows = featheredAxis(area.y, area.height, size.height);
  const columns = featheredAxis(area.x, area.width, size.width);
  const weights = zeros([1, area.height, area.width]);
  for (let y = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++) weights.data[y * area.width + x] = strength * rows[y] * columns[x];
  }
  return weights;
}

function maskWeights(mask: MaskValue, area: Area, strength: number): Tensor {
  const [items, , width] = mask.shape;
  const weights = zeros([items, area.height, area.width]);
  for (let item = 0; item < items; item++) {
    const from = sliceBatch(mask, item, item + 1).data;
    const to = sliceBatch(weights, item, item + 1).data;
    for (let y = 0; y < area.height; y++) {
      for (let x = 0; x < area.width; x++) to[y * area.width + x] = from[(area.y + y) * width + area.x + x] * strength;
    }
  }
  return weights;
}

/** The weights along one axis of an area of `length` from `start` in a picture of `total`. */
function featheredAxis(start: number, length: number, total: number): number[] {
  const ramp = Math.min(featherWidth, Math.floor(length / 4));
  const weights = Array.from({ length }, () => 1);
  for (let t = 0; t < ramp; t++) {
    if (start !== 0) weights[t] *= (t + 1) / ramp;
    if (start + length < total) weights[length - 1 - t] *= (t + 1) / ramp;
  }
  return weights;
}

/** The smallest rectangle around a mask's values above 0 in any item, at least 8 by 8 latent pixels. */
function boundsOf(mask: MaskValue): Area {
  const [, height, width] = mask.shape;
  let [top, bottom, left, right] = [height, -1, width, -1];
  mask.data.forEach((value, index) => {
    if (value === 0) return;
    const x = index % width;
    const y = Math.floor(index / width) % height;
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
  });
  if (bottom < 0) return { y: 0, x: 0, height: 8, width: 8 };
  return { y: top, x: left, height: Math.max(8, bottom - top + 1), width: Math.max(8, right - left + 1) };
}

/**
 * Gives each side a counterpart for every area of the other, so that guidance compares like with like: an entry on an area
 * without one on the same area opposite is copied there, with the tokens of the opposite side's tightest entry around it.
 */
export function withCounterparts(entries: readonly PlacedEntry[], opposite: readonly PlacedEntry[]): readonly PlacedEntry[] {
  const result = [...entries];
  for (const other of opposite) {
    const { area } = other;
    if (area === undefined) continue;
    const around = tightestAround(result, area);
    if (around === undefined || (around.area !== undefined && sameArea(around.area, area))) continue;
    const { tokens, pooledOutput } = around.entry;
    result.push({ ...other, entry: { ...other.entry, tokens, pooledOutput } });
  }
  return result;
}

function tightestAround(entries: readonly PlacedEntry[], area: Area): PlacedEntry | undefined {
  const surface = ({ area: own }: PlacedEntry) => (own === undefined ? Number.POSITIVE_INFINITY : own.height * own.width);
  const around = entries.filter((candidate) => candidate.area === undefined || contains(candidate.area, area));
  return around.length === 0 ? undefined : around.reduce((best, next) => (surface(next) < surface(best) ? next : best));
}

function contains(outer: Area, inner: Area): boolean {
  return (
    inner.y >= outer.y &&
    inner.x >= outer.x &&
    inner.y + inner.height <= outer.y + outer.height &&
    inner.x + inner.width <= outer.x + outer.width
  );
}

function sameArea(a: Area, b: Area): boolean {
  return contains(a, b) && contains(b, a);
}
