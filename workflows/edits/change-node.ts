import { own } from '../own.ts';
import type { Workflow, WorkflowNode } from '../schema.ts';

/** The workflow with some of its nodes changed; the same one if no node is another after the change. */
export function changeNodes(workflow: Workflow, ids: Iterable<string>, change: (node: WorkflowNode, id: string) => WorkflowNode): Workflow {
  const changed: Record<string, WorkflowNode> = {};
  for (const id of ids) {
    const node = own(workflow.nodes, id);
    if (node === undefined) continue;
    const after = change(node, id);
    if (after !== node) changed[id] = after;
  }
  return Object.keys(changed).length === 0 ? workflow : { ...workflow, nodes: { ...workflow.nodes, ...changed } };
}

/** A record without some of its entries; the same one if it has none of them. */
export function without<T>(record: Readonly<Record<string, T>>, keys: ReadonlySet<string>): Record<string, T> {
  const entries = Object.entries(record);
  const kept = entries.filter(([key]) => !keys.has(key));
  return kept.length === entries.length ? record : Object.fromEntries(kept);
}

/** An object with a property set, or left out where the value is undefined; the same object where that changes nothing. */
export function withProperty<T extends object, K extends keyof T & string>(object: T, key: K, value: T[K] | undefined): T {
  if (object[key] === value) return object;
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _gone, ...rest } = object;
  return rest as T;
}
