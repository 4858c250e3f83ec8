import { expect } from 'vitest';
import { findCycles } from '../cycles.ts';
import type { Graph } from '../graph.ts';
import { isLink, type Workflow, workflowSchema } from '../schema.ts';

/** Fails unless a workflow has the right form, and no link of it leads nowhere or round. */
export function expectSound(workflow: Workflow): void {
  expect(workflowSchema.safeParse(workflow).error).toBeUndefined();
  for (const { nodes } of [workflow, ...Object.values(workflow.subgraphs ?? {})]) {
    const sources = new Map<string, string[]>();
    for (const [id, { inputs }] of Object.entries(nodes)) {
      const from = Object.values(inputs).flatMap((input) => (isLink(input) ? [input.link[0]] : []));
      for (const source of from) expect(Object.hasOwn(nodes, source), `${id} is linked to ${source}`).toBe(true);
      sources.set(id, from);
    }
    expect(findCycles(sources)).toEqual([]);
  }
  const frames = [...(workflow.groups ?? []), ...(workflow.notes ?? [])].map(({ id }) => id);
  expect(new Set([...frames, ...Object.keys(workflow.nodes)]).size).toBe(frames.length + Object.keys(workflow.nodes).length);
}

/** What a graph computes, whatever its nodes are called: a text for each node that says all that goes into it, sorted. */
export function meaningOf({ nodes }: Graph): string[] {
  const texts = new Map<string, string>();
  const textOf = (id: string): string => {
    const known = texts.get(id);
    if (known !== undefined) return known;
    const node = nodes.get(id);
    const inputs = Object.entries(node?.inputs ?? {}).map(([name, input]) =>
      input.kind === 'link' ? `${name}<-${textOf(input.node)}.${input.output}` : `${name}=${typeof input.value}:${input.value}`,
    );
    const text = `${node?.type}(${inputs.toSorted().join(',')})`;
    texts.set(id, text);
    return text;
  };
  return [...nodes.keys()].map(textOf).toSorted();
}
