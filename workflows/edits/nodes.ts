import type { NodeDescription } from '../../nodes/define.ts';
import type { Catalog, FieldValue } from '../graph.ts';
import { own } from '../own.ts';
import { describeAt } from '../reroute.ts';
import { isLink, type Position, type Size, type Workflow, type WorkflowInput, type WorkflowLink, type WorkflowNode } from '../schema.ts';
import { isBorder } from '../subgraph-types.ts';
import { bypassInput } from '../trace.ts';
import { changeNodes, without, withProperty } from './change-node.ts';
import { freshId, type Random } from './ids.ts';

export type Added = { readonly workflow: Workflow; readonly id: string };

/** Adds a node; its fields hold their defaults, and a seed of its own is drawn for each run. */
export function addNode(workflow: Workflow, description: NodeDescription, position: Position, random?: Random): Added {
  const id = freshId((one) => Object.hasOwn(workflow.nodes, one), random);
  const seeds = Object.entries(description.inputs).filter(([, spec]) => spec.kind === 'seed');
  const fields = Object.fromEntries(seeds.map(([name]) => [name, { after: 'random' as const }]));
  const node: WorkflowNode = { type: description.type, position, inputs: {}, ...(seeds.length > 0 && { fields }) };
  return { workflow: { ...workflow, nodes: { ...workflow.nodes, [id]: node } }, id };
}

/**
 * Removes nodes with the links to them. `heal` names the catalog by which links go on through what is removed, as they
 * would if it were bypassed. The borders of a subgraph stay.
 */
export function removeNodes(workflow: Workflow, ids: Iterable<string>, heal?: Catalog): Workflow {
  const gone = new Set([...ids].filter((id) => !isBorder(own(workflow.nodes, id)?.type ?? '') && Object.hasOwn(workflow.nodes, id)));
  if (gone.size === 0) return workflow;
  const relink = (input: WorkflowInput): WorkflowInput | undefined =>
    !isLink(input) || !gone.has(input.link[0]) ? input : heal && around(workflow, heal, gone, input);
  const nodes = Object.entries(workflow.nodes)
    .filter(([id]) => !gone.has(id))
    .map(([id, node]): [string, WorkflowNode] => [id, mapInputs(node, relink)]);
  return { ...workflow, nodes: Object.fromEntries(nodes) };
}

/** The node with each input as `change` makes it, left out where it makes nothing of it; the same one if all stay. */
export function mapInputs(node: WorkflowNode, change: (input: WorkflowInput, name: string) => WorkflowInput | undefined): WorkflowNode {
  let same = true;
  const inputs: Record<string, WorkflowInput> = {};
  for (const [name, input] of Object.entries(node.inputs)) {
    const after = change(input, name);
    if (after !== input) same = false;
    if (after !== undefined) inputs[name] = after;
  }
  return same ? node : { ...node, inputs };
}

/** Where a link comes from when the nodes that go hand on what they get; undefined where that ends. */
function around(workflow: Workflow, catalog: Catalog, gone: ReadonlySet<string>, link: WorkflowLink): WorkflowLink | undefined {
  const passed = new Set<string>();
  let at = link;
  while (gone.has(at.link[0])) {
    const [id, output] = at.link;
    const description = describeAt(workflow, catalog, id);
    if (passed.has(id) || description === undefined || own(description.outputs, output) === undefined) return undefined;
    passed.add(id);
    const name = bypassInput(description, output);
    const input = name === undefined ? undefined : own(workflow.nodes[id].inputs, name);
    if (input === undefined || !isLink(input)) return undefined;
    at = input;
  }
  return at;
}

/** Writes a value into a field, in place of a link too. */
export function setField(workflow: Workflow, id: string, name: string, value: FieldValue): Workflow {
  return changeNodes(workflow, [id], (node) =>
    own(node.inputs, name) === value ? node : { ...node, inputs: { ...node.inputs, [name]: value } },
  );
}

/** Lets a field hold its default again, or a socket nothing. */
export function clearInput(workflow: Workflow, id: string, name: string): Workflow {
  return changeNodes(workflow, [id], (node) => {
    const inputs = without(node.inputs, new Set([name]));
    return inputs === node.inputs ? node : { ...node, inputs };
  });
}

/** Says what becomes of a seed after a run. */
export function setSeedMode(workflow: Workflow, id: string, name: string, after: 'fixed' | 'random' | 'increment'): Workflow {
  return changeNodes(workflow, [id], (node) => {
    const options = own(node.fields ?? {}, name);
    return options?.after === after ? node : { ...node, fields: { ...node.fields, [name]: { ...options, after } } };
  });
}

/** Gives a node a title; an empty one brings its type's title back. */
export function setTitle(workflow: Workflow, id: string, title: string): Workflow {
  return changeNodes(workflow, [id], (node) => withProperty(node, 'title', title.trim() === '' ? undefined : title));
}

export function setMode(workflow: Workflow, ids: Iterable<string>, mode: 'active' | 'muted' | 'bypassed'): Workflow {
  return changeNodes(workflow, ids, (node) =>
    isBorder(node.type) ? node : withProperty(node, 'mode', mode === 'active' ? undefined : mode),
  );
}

/** Gives nodes a CSS colour; undefined takes it away. */
export function setColor(workflow: Workflow, ids: Iterable<string>, color: string | undefined): Workflow {
  return changeNodes(workflow, ids, (node) => withProperty(node, 'color', color));
}

export function setCollapsed(workflow: Workflow, ids: Iterable<string>, collapsed: boolean): Workflow {
  return changeNodes(workflow, ids, (node) => withProperty(node, 'collapsed', collapsed || undefined));
}

/** Gives a node's card a size in canvas pixels; undefined lets it find its own. */
export function setSize(workflow: Workflow, id: string, size: Size | undefined): Workflow {
  return changeNodes(workflow, [id], (node) =>
    size !== undefined && node.size?.width === size.width && node.size.height === size.height ? node : withProperty(node, 'size', size),
  );
}
