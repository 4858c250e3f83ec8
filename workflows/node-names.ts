import type { NodeDescription } from '../nodes/define.ts';
import { quote } from './check-value.ts';
import type { Catalog } from './graph.ts';
import { own } from './own.ts';
import type { Workflow, WorkflowNode } from './schema.ts';

/** What people call a node: by its own title, or else by that of its type. */
export function titleOf(node: WorkflowNode, description: NodeDescription | undefined): string {
  return node.title || (description?.title ?? node.type);
}

type Nodes = Workflow['nodes'];

/** How many nodes there are of each title. */
function countTitles(nodes: Nodes, catalog: Catalog): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of Object.values(nodes)) {
    const title = titleOf(node, catalog.get(node.type));
    counts.set(title, (counts.get(title) ?? 0) + 1);
  }
  return counts;
}

/** Whether a title alone does not say which of the nodes is meant. */
export function isTitleShared(title: string, nodes: Nodes, catalog: Catalog): boolean {
  let bearers = 0;
  for (const node of Object.values(nodes)) {
    if (titleOf(node, catalog.get(node.type)) === title) bearers += 1;
    if (bearers > 1) return true;
  }
  return false;
}

/** How sentences call a node. */
export type NodeLabel = (id: string) => string;

/** Labels for the nodes of a workflow: their titles, and their ids too where a title alone does not say which. */
export function createNodeLabels({ nodes }: Workflow, catalog: Catalog): NodeLabel {
  let counts: ReadonlyMap<string, number> | undefined;
  return (id) => {
    const node = own(nodes, id);
    if (node === undefined) return `node ${quote(id)}`;
    counts ??= countTitles(nodes, catalog);
    const title = titleOf(node, catalog.get(node.type));
    return (counts.get(title) ?? 0) > 1 ? `${quote(title)} (node ${id})` : quote(title);
  };
}
