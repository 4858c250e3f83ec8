import type { OnnxGraph, WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import type { Size } from '../separable.ts';
import { writeCompact } from './upscaler-compact.ts';
import type { CompactConfig, RrdbConfig, UpscalerConfig } from './upscaler-config.ts';
import { writeRrdb } from './upscaler-rrdb.ts';

/** The networks whose graphs we write ourselves. */
export type WeightsUpscalerConfig = RrdbConfig | CompactConfig;

/** Pictures whose sides are up to this long are not cut into smaller ones, however little memory there is. */
export const smallestTile = 64;

/** Writes the network: `image` in, `enlarged` out. See writeRrdb and writeCompact. */
export function writeUpscaler(config: WeightsUpscalerConfig, weights: WeightSource, operators: Operators): OnnxGraph {
  return config.kind === 'rrdb' ? writeRrdb(config, weights, operators) : writeCompact(config, weights, operators);
}

/** How many times as wide and high pictures become; undefined where only a run can tell. */
export function upscaleFactor(config: UpscalerConfig): number | undefined {
  return config.kind === 'rrdb' ? 2 ** config.doublings / config.unshuffle : config.scale;
}

/** The size, at least that of the picture, in which the network takes it. A picture may be too large for a network of one size. */
export function sizeForUpscaler(config: UpscalerConfig, { width, height }: Size): Size {
  if (config.kind === 'onnx' && config.size !== undefined) return config.size;
  const step = config.kind === 'rrdb' ? config.unshuffle : 1;
  return { width: Math.ceil(width / step) * step, height: Math.ceil(height / step) * step };
}
