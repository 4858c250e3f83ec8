import type { GraphBuilder, Value } from '../onnx/graph.ts';
import type { Layers } from './layers.ts';

/** The scales of FreeU (Si et al. 2023); version 2 scales the backbone by how strong it is at each place. */
export type FreeU = {
  readonly version: 1 | 2;
  readonly b1: number;
  readonly b2: number;
  readonly s1: number;
  readonly s2: number;
};

/** What FreeU does at one level: `backbone` multiplies half of the channels from below, `skip` the low frequencies of the skip. */
type LevelScales = { readonly backbone: number; readonly skip: number };

/** The scales for a block whose input from below has `channels`; undefined where FreeU leaves it alone. */
function levelScales(freeU: FreeU, channels: number, modelChannels: number): LevelScales | undefined {
  if (channels === 4 * modelChannels) return { backbone: freeU.b1, skip: freeU.s1 };
  if (channels === 2 * modelChannels) return { backbone: freeU.b2, skip: freeU.s2 };
  return undefined;
}

/** The two inputs of an output block: what comes from below with its channels, and the skip. */
type BlockInputs = { readonly h: Value; readonly channels: number; readonly skip: Value };

/**
 * FreeU (Si et al. 2023, sections 3.2 and 3.3): strengthens what comes from below and weakens the low frequencies of the skip, at the
 * levels of four and of two times the model's channels.
 */
export function applyFreeU(layers: Layers, freeU: FreeU, inputs: BlockInputs, modelChannels: number): { h: Value; skip: Value } {
  const { h, channels, skip } = inputs;
  const scales = levelScales(freeU, channels, modelChannels);
  if (scales === undefined) return { h, skip };
  return { h: strengthen(layers, freeU, h, channels, scales.backbone), skip: weaken(layers, skip, scales.skip) };
}

/** Multiplies the first half of the channels by `scale`; in version 2 by as much of it as the channels' mean is strong at each place. */
function strengthen(layers: Layers, { version }: FreeU, h: Value, channels: number, scale: number): Value {
  const { graph } = layers;
  const growth = graph.floats(new Float32Array(channels).fill(scale - 1, 0, Math.floor(channels / 2)), [1, channels, 1, 1]);
  const added = version === 1 ? growth : graph.node('Mul', [growth, relativeStrength(graph, layers.leave(h))]);
  return layers.add(h, graph.node('Mul', [h, layers.enter(added)]));
}

/** The mean of the channels of [B, C, H, W] as [B, 1, H, W], stretched to 0..1 over each picture; 0 where it is flat. */
function relativeStrength(graph: GraphBuilder, h: Value): Value {
  const mean = graph.node('ReduceMean', [h, graph.ints([1])]);
  const least = graph.node('ReduceMin', [mean, graph.ints([1, 2, 3])]);
  const range = graph.node('Sub', [graph.node('ReduceMax', [mean, graph.ints([1, 2, 3])]), least]);
  return graph.node('Div', [graph.node('Sub', [mean, least]), graph.node('Max', [range, graph.floats(1e-12)])]);
}

/** Multiplies the low frequencies of [B, C, H, W] by `scale`. */
function weaken(layers: Layers, x: Value, scale: number): Value {
  const { graph } = layers;
  const change = graph.node('Mul', [lowFrequencies(graph, layers.leave(x)), graph.floats(scale - 1)]);
  return layers.add(x, layers.enter(change));
}

/**
 * The part of [B, C, H, W] that lies in the frequencies 0 and -1 of each axis: what a Fourier transform, a mask of 2 x 2 around the
 * centre of its shifted spectrum, the inverse transform and taking the real part would give. That projection is separable,
 * P_H x P_W^T with P = A - iB, where A[j, k] = (1 + cos t) / n and B[j, k] = sin t / n at t = 2 pi (j - k) / n. As B is
 * antisymmetric, its real part is A_H x A_W + B_H x B_W. An axis of length 1 has the frequency 0 alone.
 */
function lowFrequencies(graph: GraphBuilder, x: Value): Value {
  const [rows, columns] = [axisTables(graph, x, 2), axisTables(graph, x, 3)];
  const both = (left: Value, right: Value) => graph.node('MatMul', [graph.node('MatMul', [left, x]), right]);
  return graph.node('Add', [both(rows.even, columns.even), both(rows.odd, columns.odd)]);
}

/** A and B [n, n] of an axis of length n. */
function axisTables(graph: GraphBuilder, x: Value, axis: number): { even: Value; odd: Value } {
  const shape = graph.node('Shape', [x], { attributes: { start: axis, end: axis + 1 } });
  const length = graph.node('Squeeze', [graph.cast(shape, 'float32')]);
  const places = graph.node('Range', [graph.floats(0), length, graph.floats(1)]);
  const [column, row] = [graph.node('Unsqueeze', [places, graph.ints([1])]), graph.node('Unsqueeze', [places, graph.ints([0])])];
  const turns = graph.node('Div', [graph.node('Sub', [column, row]), length]);
  const angles = graph.node('Mul', [turns, graph.floats(2 * Math.PI)]);
  const second = graph.node('Min', [graph.node('Sub', [length, graph.floats(1)]), graph.floats(1)]);
  const cosines = graph.node('Mul', [graph.node('Cos', [angles]), second]);
  return {
    even: graph.node('Div', [graph.node('Add', [cosines, graph.floats(1)]), length]),
    odd: graph.node('Div', [graph.node('Sin', [angles]), length]),
  };
}
