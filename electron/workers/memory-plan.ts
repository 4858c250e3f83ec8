import type { OnnxGraph } from '../../nodes/diffusion/onnx/graph.ts';
import type { Shapes } from '../../nodes/diffusion/onnx/live-bytes.ts';

/**
 * About how many bytes a network takes to compute, beside its weights. What is alive at once by the graph, and a share of the mapped
 * weights, which are converted as they are needed. Held to measured peaks (SD1.5 and SDXL, 512 to 1024 pixels, CPU provider), it
 * comes out between 1 and 1.3 times as large: see docs/decisions/0012-memory.md.
 */
export function workBytes({ mappedBytes, activationBytes }: Pick<OnnxGraph, 'mappedBytes' | 'activationBytes'>, shapes: Shapes): number {
  return 1.2 * activationBytes(shapes) + 0.3 * mappedBytes;
}

/** A loaded network in the order of last use, the one used longest ago first. */
export type Held = { readonly key: string; readonly bytes: number };

/**
 * Which networks have to go before `needed` more bytes fit into the budget: those used longest ago, and no more than necessary.
 * All of them where that is still not enough; the network in question is then tried alone.
 */
export function networksToDrop(held: readonly Held[], needed: number, budgetBytes: number): readonly string[] {
  const drop: string[] = [];
  let total = needed + held.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { key, bytes } of held) {
    if (total <= budgetBytes) return drop;
    drop.push(key);
    total -= bytes;
  }
  return drop;
}
