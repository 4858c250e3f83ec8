import type { WorkflowInput, WorkflowNode } from '../../workflows/schema.ts';
import { useKeyed } from './keyed.ts';
import { shown } from './shown.ts';

/** A node of the graph that is shown; undefined once it is deleted. */
export function useNode(id: string): WorkflowNode | undefined {
  return useKeyed(shown.nodes, id);
}

/** What is written in an input of a node: a value, a link, or undefined where nobody has set it. */
export function useField(id: string, input: string): WorkflowInput | undefined {
  const node = useNode(id);
  return node !== undefined && Object.hasOwn(node.inputs, input) ? node.inputs[input] : undefined;
}
