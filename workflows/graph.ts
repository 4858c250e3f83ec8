import type { NodeDescription } from '../nodes/define.ts';

/** A value that a workflow can hold in a field. Integers above 2^53 - 1 are bigints. */
export type FieldValue = string | number | bigint | boolean;

/** Where a value comes from in a graph that is ready to run. */
export type GraphInput =
  | { readonly kind: 'value'; readonly value: FieldValue }
  | { readonly kind: 'link'; readonly node: string; readonly output: string };

export type GraphNode = {
  readonly id: string;
  readonly type: string;
  /** Every declared field has an entry (defaults filled in); sockets only if linked. */
  readonly inputs: Readonly<Record<string, GraphInput>>;
};

/**
 * A validated workflow reduced to what runs: muted nodes are gone, bypassed ones are replaced by
 * links around them, and links to constants are replaced by the constants' values.
 */
export type Graph = { readonly nodes: ReadonlyMap<string, GraphNode> };

/** The node types that there are, by `type`. */
export type Catalog = ReadonlyMap<string, NodeDescription>;
