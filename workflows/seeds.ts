import { maxSeed } from '../nodes/define.ts';
import type { FieldValue } from './graph.ts';
import { own } from './own.ts';
import { isLink, type Workflow } from './schema.ts';

/** A seed that has not been used: below 2^48, which other programs read exactly as well, and a card shows whole. */
export function randomSeed(random: () => number = evenly): number {
  return Math.floor(random() * 2 ** 48);
}

/** 0..1 in steps of 2^-48. */
function evenly(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 16) * 2 ** 32 + low) / 2 ** 48;
}

/**
 * The workflow for the next run: seeds that are to change have moved on, in subgraphs too. What has just been queued
 * had those before, which are the ones that were shown.
 */
export function advanceSeeds(workflow: Workflow, random: () => number = () => randomSeed()): Workflow {
  const nodes = advanceNodes(workflow.nodes, random);
  const entries = Object.entries(workflow.subgraphs ?? {});
  const subgraphs = entries.map(([id, one]) => {
    const inner = advanceNodes(one.nodes, random);
    return [id, inner === one.nodes ? one : { ...one, nodes: inner }] as const;
  });
  const inside = subgraphs.some(([, one], index) => one !== entries[index][1]);
  if (nodes === workflow.nodes && !inside) return workflow;
  return { ...workflow, nodes, ...(inside && { subgraphs: Object.fromEntries(subgraphs) }) };
}

function advanceNodes(nodes: Workflow['nodes'], random: () => number): Workflow['nodes'] {
  const changed: Workflow['nodes'] = {};
  for (const [id, node] of Object.entries(nodes)) {
    const seeds = Object.entries(node.fields ?? {}).flatMap(([name, { after = 'fixed' }]) => {
      const value = own(node.inputs, name);
      if (after === 'fixed' || (value !== undefined && isLink(value))) return [];
      return [[name, nextSeed(after, value, random)] as const];
    });
    if (seeds.length > 0) changed[id] = { ...node, inputs: { ...node.inputs, ...Object.fromEntries(seeds) } };
  }
  return Object.keys(changed).length === 0 ? nodes : { ...nodes, ...changed };
}

function nextSeed(after: 'random' | 'increment', value: FieldValue | undefined, random: () => number): number | bigint {
  if (after === 'random') return random();
  const now = typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt(value as number | bigint) : 0n;
  const next = now >= maxSeed ? 0n : now + 1n;
  return next <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(next) : next;
}
