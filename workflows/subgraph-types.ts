import { own } from './own.ts';
import type { Subgraph, Workflow } from './schema.ts';

const prefix = 'subgraph:';

/** The node inside a subgraph whose outputs are the subgraph's inputs. */
export const inputsType = 'SubgraphInputs';
/** The node inside a subgraph whose inputs are the subgraph's outputs. */
export const outputsType = 'SubgraphOutputs';

/** Whether a node marks the border of the subgraph that it is in: there is one of each, and none is deleted or copied. */
export function isBorder(type: string): boolean {
  return type === inputsType || type === outputsType;
}

/** The type of the nodes that stand for a subgraph. */
export function typeOfSubgraph(id: string): string {
  return prefix + id;
}

/** The id of the subgraph that nodes of a type stand for; undefined if it is a type of another kind. */
export function subgraphOfType(type: string): string | undefined {
  return type.startsWith(prefix) ? type.slice(prefix.length) : undefined;
}

/** The subgraph that a node stands for, if it stands for one that there is. */
export function subgraphOf(workflow: Workflow, type: string): Subgraph | undefined {
  const id = subgraphOfType(type);
  return id === undefined ? undefined : own(workflow.subgraphs ?? {}, id);
}
