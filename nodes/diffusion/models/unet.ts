import type { UnetConfig } from '../config.ts';
import { GraphBuilder, type OnnxGraph, type Value, type WeightSource } from '../onnx/graph.ts';
import type { Int8Source } from '../onnx/int8.ts';
import type { Operators } from '../onnx/operators.ts';
import { residualInputs } from './control-net.ts';
import { applyFreeU, type FreeU } from './free-u.ts';
import { type Hypernetwork, hypernetworkSources } from './hypernetwork.ts';
import { Layers } from './layers.ts';
import { type TextInput, textFromContext, textFromInputs } from './text-attention.ts';
import { contextInput, type Skip, UnetBlocks, unetInputs } from './unet-blocks.ts';

/** What the keys of a U-Net begin with in a single-file checkpoint. */
export const unetPrefix = 'model.diffusion_model.';

const outChannels = 4;

/** A U-Net's graph in one of its forms. */
export type UnetVariant = {
  /** Takes the residuals of ControlNets as further inputs `residual.0`, `residual.1`, ... */
  readonly controlled: boolean;
  /** Weights that are there in 8 bits. */
  readonly int8?: Int8Source;
  readonly freeU?: FreeU;
  readonly hypernetworks?: readonly Hypernetwork[];
  /** Takes keys and values of cross-attention as inputs (see `textFromInputs`) instead of context. */
  readonly projected?: boolean;
  /**
   * What enters the last output block, [batch, channels, height, width], changes little from step to step (Ma et al. 2023, DeepCache):
   * `given` out as the output `deep`, or `taken` from an input of that name, so that all other blocks need not run.
   */
  readonly deep?: 'given' | 'taken';
};

const plain: UnetVariant = { controlled: false };

/**
 * Writes the U-Net of latent diffusion (Rombach et al. 2022, `openaimodel.py`'s key layout) as an ONNX model.
 * Inputs: x [pictures, in_channels, height, width], timestep [batch] or [1], context [batch, tokens, context_dim] and, where the
 * family has it, adm [batch, adm_channels]; output: out [batch, 4, height, width]. All float32, all sizes dynamic. The batch is n times
 * the pictures, each of which stands for n texts: picture p for those at p, p + pictures, ... What knows nothing of the text is
 * computed once.
 */
export function writeUnet(config: UnetConfig, weights: WeightSource, operators: Operators, variant: UnetVariant = plain): OnnxGraph {
  return drawUnet(config, weights, operators, variant).graph;
}

/** The same, with what it takes of the text where it is `projected`. */
export function drawUnet(
  config: UnetConfig,
  weights: WeightSource,
  operators: Operators,
  variant: UnetVariant,
): { readonly graph: OnnxGraph; readonly textInputs: readonly TextInput[] } {
  const graph = new GraphBuilder('unet');
  const textInputs: TextInput[] = [];
  const x = graph.input('x', 'float32', ['pictures', config.in_channels, 'height', 'width']);
  const sources = hypernetworkSources(graph, operators, variant.hypernetworks ?? []);
  const text = variant.projected
    ? textFromInputs(graph, textInputs)
    : textFromContext(contextInput(graph, config), config.context_dim, sources);
  const layers = new Layers(graph, operators, weights, variant.int8);
  const blocks = new UnetBlocks(layers, config, unetPrefix, unetInputs(graph, config), { text, sources });
  const { deep, out } = variant.deep === 'taken' ? lastBlock(graph, blocks, x, variant) : wholeWay(blocks, x, variant);
  if (variant.deep === 'given') graph.output('deep', layers.leave(deep), ['batch', config.model_channels, 'height', 'width']);
  graph.output('out', layers.leave(out), ['batch', outChannels, 'height', 'width']);
  return { graph: graph.build(), textInputs };
}

/** What enters the last output block, and what the network answers. */
type Result = { readonly deep: Value; readonly out: Value };

function wholeWay(blocks: UnetBlocks, x: Value, { controlled, freeU }: UnetVariant): Result {
  const skips = blocks.encode(x);
  const middle = blocks.middle(lastOf(skips).value);
  const steered = controlled ? steer(blocks.layers, skips, middle) : { skips, middle };
  return decode(blocks, outputBlocks(blocks.config), { h: steered.middle, channels: blocks.middleChannels }, steered.skips, freeU);
}

function lastBlock(graph: GraphBuilder, blocks: UnetBlocks, x: Value, { controlled, freeU }: UnetVariant): Result {
  const { config, layers } = blocks;
  const channels = config.model_channels * config.channel_mult[0];
  const h = layers.enter(graph.input('deep', 'float32', ['batch', channels, 'height', 'width']));
  const entry = blocks.entry(x);
  const skips = [{ ...entry, value: layers.repeat(entry.value, h, 4) }];
  const steered = controlled ? steerSkips(layers, skips, residualInputs(graph, 1)) : skips;
  return decode(blocks, outputBlocks(config).slice(-1), { h, channels }, steered, freeU);
}

/** Adds the residuals of ControlNets: one to each skip, the last to the middle. */
function steer(layers: Layers, skips: readonly Skip[], middle: Value): { skips: Skip[]; middle: Value } {
  const residuals = residualInputs(layers.graph, skips.length + 1);
  return { skips: steerSkips(layers, skips, residuals), middle: layers.add(middle, layers.enter(residuals[skips.length])) };
}

function steerSkips(layers: Layers, skips: readonly Skip[], residuals: readonly Value[]): Skip[] {
  return skips.map(({ value, channels }, at) => ({ value: layers.add(value, layers.enter(residuals[at])), channels }));
}

type OutputBlock = {
  readonly path: string;
  readonly level: number;
  readonly out: number;
  readonly depth: number;
  readonly upsamples: boolean;
};

/** The output blocks from the middle up, a skip for each. */
function outputBlocks(config: UnetConfig): readonly OutputBlock[] {
  const levels = [...config.channel_mult.entries()].reverse();
  return levels.flatMap(([level, factor], at) =>
    Array.from({ length: config.num_res_blocks + 1 }, (_, part) => ({
      path: `output_blocks.${at * (config.num_res_blocks + 1) + part}`,
      level,
      out: config.model_channels * factor,
      depth: outputDepth(config, level, part),
      upsamples: level > 0 && part === config.num_res_blocks,
    })),
  );
}

/** The way up through the blocks of `way`, with a skip from each input block to its mirror image. */
function decode(
  blocks: UnetBlocks,
  way: readonly OutputBlock[],
  start: { readonly h: Value; readonly channels: number },
  skips: Skip[],
  freeU: FreeU | undefined,
): Result {
  const { config, layers } = blocks;
  let { h, channels } = start;
  let deep = h;
  for (const { path, level, out, depth, upsamples } of way) {
    deep = h;
    const skip = lastOf(skips);
    skips.pop();
    const inputs = { h, channels, skip: skip.value };
    const freed = freeU === undefined ? inputs : applyFreeU(layers, freeU, inputs, config.model_channels);
    const joined = layers.graph.node('Concat', [freed.h, freed.skip], { attributes: { axis: 1 } });
    h = blocks.residual(joined, `${path}.0`, channels + skip.channels, out, level);
    channels = out;
    if (depth > 0) h = blocks.transformer(h, `${path}.1`, channels, depth, level);
    if (upsamples) h = blocks.upsample(h, `${path}.${depth > 0 ? 2 : 1}.conv`, channels, lastOf(skips).value, level - 1);
  }
  return { deep, out: blocks.conv(blocks.norm(h, 'out.0', channels), 'out.2', channels, outChannels, 0) };
}

/** Transformers of an output block. */
function outputDepth({ transformer_depth, output_transformer_depth }: UnetConfig, level: number, part: number): number {
  return (output_transformer_depth === undefined ? transformer_depth[level] : output_transformer_depth[level]?.[part]) ?? 0;
}

function lastOf(skips: readonly Skip[]): Skip {
  const skip = skips.at(-1);
  if (skip === undefined) throw new Error('the U-Net has more output blocks than input blocks');
  return skip;
}
