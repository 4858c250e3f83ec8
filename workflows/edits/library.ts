import { own } from '../own.ts';
import { isLink, type Position, type Workflow } from '../schema.ts';
import { subgraphOf } from '../subgraph-types.ts';
import { copyFragment, fragmentText, parseFragment, paste } from './fragment.ts';
import { type Added, mapInputs } from './nodes.ts';

/**
 * The text by which a subgraph is saved for use in other workflows: a fragment of one node that stands for it, with its
 * values and all subgraphs inside. Undefined if the node stands for none.
 */
export function libraryText(workflow: Workflow, id: string): string | undefined {
  const node = own(workflow.nodes, id);
  if (node === undefined || subgraphOf(workflow, node.type) === undefined) return undefined;
  const alone = { ...mapInputs(node, (input) => (isLink(input) ? undefined : input)), position: { x: 0, y: 0 } };
  return fragmentText(copyFragment({ ...workflow, nodes: { [id]: alone } }, new Set([id])));
}

/** Adds a saved subgraph as a node; undefined if the text holds none. */
export function addFromLibrary(workflow: Workflow, text: string, position: Position): Added | undefined {
  const fragment = parseFragment(text);
  if (fragment === undefined || Object.keys(fragment.nodes).length !== 1) return undefined;
  const pasted = paste(workflow, fragment, { offset: position, links: 'inside' });
  const [id] = pasted.ids;
  return id === undefined ? undefined : { workflow: pasted.workflow, id };
}
