import type { UnetConfig } from '../config.ts';
import { GraphBuilder, type OnnxGraph, type Value, type WeightSource } from '../onnx/graph.ts';
import type { Operators } from '../onnx/operators.ts';
import { residualInputs } from './control-net.ts';
import { applyFreeU, type FreeU } from './free-u.ts';
import { type Hypernetwork, hypernetworkSources } from './hypernetwork.ts';
import { Layers } from './layers.ts';
import { type Skip, UnetBlocks, unetInputs } from './unet-blocks.ts';

/** What the keys of a U-Net begin with in a single-file checkpoint. */
export const unetPrefix = 'model.diffusion_model.';

const outChannels = 4;

/** A U-Net's graph in one of its forms. */
type UnetVariant = {
  /** Takes the residuals of ControlNets as further inputs `residual.0`, `residual.1`, ... */
  readonly controlled: boolean;
  readonly freeU?: FreeU;
  readonly hypernetworks?: readonly Hypernetwork[];
};

const plain: UnetVariant = { controlled: false };

/**
 * Writes the U-Net of latent diffusion (Rombach et al. 2022, `openaimodel.py`'s key layout) as an ONNX model.
 * Inputs: x [batch, in_channels, height, width], timestep [batch], context [batch, tokens, context_dim] and, where the
 * family has it, adm [batch, adm_channels]; output: out [batch, 4, height, width]. All float32, all sizes dynamic.
 */
export function writeUnet(config: UnetConfig, weights: WeightSource, operators: Operators, variant: UnetVariant = plain): OnnxGraph {
  const graph = new GraphBuilder('unet');
  const x = graph.input('x', 'float32', ['batch', config.in_channels, 'height', 'width']);
  const sources = hypernetworkSources(graph, operators, variant.hypernetworks ?? []);
  const blocks = new UnetBlocks(new Layers(graph, operators, weights), config, unetPrefix, unetInputs(graph, config), sources);
  const skips = blocks.encode(x);
  const middle = blocks.middle(lastOf(skips).value);
  const steered = variant.controlled ? steer(blocks.layers, skips, middle) : { skips, middle };
  const out = decode(blocks, steered.middle, steered.skips, variant.freeU);
  graph.output('out', blocks.layers.leave(out), ['batch', outChannels, 'height', 'width']);
  return graph.build();
}

/** Adds the residuals of ControlNets: one to each skip, the last to the middle. */
function steer(layers: Layers, skips: readonly Skip[], middle: Value): { skips: Skip[]; middle: Value } {
  const residuals = residualInputs(layers.graph, skips.length + 1);
  const add = (value: Value, at: number) => layers.add(value, layers.enter(residuals[at]));
  return {
    skips: skips.map(({ value, channels }, at) => ({ value: add(value, at), channels })),
    middle: add(middle, skips.length),
  };
}

/** The way up from the middle, with a skip from each input block to its mirror image. */
function decode(blocks: UnetBlocks, middle: Value, skips: Skip[], freeU: FreeU | undefined): Value {
  const { config, layers } = blocks;
  let h = middle;
  let channels = blocks.middleChannels;
  let block = 0;
  for (const [level, factor] of [...config.channel_mult.entries()].reverse()) {
    for (let part = 0; part <= config.num_res_blocks; part++) {
      const depth = outputDepth(config, level, part);
      const path = `output_blocks.${block}`;
      const skip = lastOf(skips);
      skips.pop();
      const inputs = { h, channels, skip: skip.value };
      const freed = freeU === undefined ? inputs : applyFreeU(layers, freeU, inputs, config.model_channels);
      const joined = layers.graph.node('Concat', [freed.h, freed.skip], { attributes: { axis: 1 } });
      const out = config.model_channels * factor;
      h = blocks.residual(joined, `${path}.0`, channels + skip.channels, out);
      channels = out;
      if (depth > 0) h = blocks.transformer(h, `${path}.1`, channels, depth);
      const next = skips.at(-1);
      if (part === config.num_res_blocks && next !== undefined) {
        h = blocks.upsample(h, `${path}.${depth > 0 ? 2 : 1}.conv`, channels, next.value);
      }
      block += 1;
    }
  }
  return blocks.conv(blocks.norm(h, 'out.0', channels), 'out.2', channels, outChannels);
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
