import { own } from '../own.ts';
import { isLink, type Position, type Subgraph, type Workflow, type WorkflowInput, type WorkflowNode } from '../schema.ts';
import { inputsType, isBorder, outputsType, subgraphOf } from '../subgraph-types.ts';
import type { Pasted } from './fragment.ts';
import { freshId, type Random } from './ids.ts';
import { mapInputs } from './nodes.ts';

/**
 * Puts the nodes of a subgraph in the place of a node that stands for it, with fresh ids, values and links as they came
 * through the border. Undefined if the node stands for no subgraph.
 */
export function unpack(workflow: Workflow, id: string, random?: Random): Pasted | undefined {
  const instance = own(workflow.nodes, id);
  const definition = instance && subgraphOf(workflow, instance.type);
  if (instance === undefined || definition === undefined) return undefined;
  const taken = new Set([
    ...Object.keys(workflow.nodes),
    ...[...(workflow.groups ?? []), ...(workflow.notes ?? [])].flatMap((frame) => frame.id ?? []),
  ]);
  const fresh = (): string => {
    const one = freshId((candidate) => taken.has(candidate), random);
    taken.add(one);
    return one;
  };
  const inner = Object.entries(definition.nodes).filter(([, { type }]) => !isBorder(type));
  const ids = new Map(inner.map(([one]) => [one, fresh()]));
  const through = createThrough(definition, instance, ids);
  const offset = offsetOf(
    inner.map(([, node]) => node),
    instance,
  );
  const nodes = inner.map(([one, node]): [string, WorkflowNode] => [
    ids.get(one) ?? one,
    moved(withMode(withFields(mapInputs(node, through), node, instance, definition), instance.mode), offset),
  ]);
  const outputs = Object.values(definition.nodes).find(({ type }) => type === outputsType)?.inputs ?? {};
  const outward = (input: WorkflowInput): WorkflowInput | undefined => {
    let at: WorkflowInput | undefined = input;
    // An output may hand on an input, which may be linked to another output of the same node.
    for (let steps = definition.outputs.length + 1; at !== undefined && isLink(at) && at.link[0] === id; steps--) {
      const source: WorkflowInput | undefined = steps > 0 ? own(outputs, at.link[1]) : undefined;
      at = source && through(source);
    }
    return at;
  };
  const rest = Object.entries(workflow.nodes)
    .filter(([one]) => one !== id)
    .map(([one, node]): [string, WorkflowNode] => [one, mapInputs(node, outward)]);
  const inside = nodes.map(([one, node]): [string, WorkflowNode] => [one, mapInputs(node, outward)]);
  const groups = (definition.groups ?? []).map((group) => moved({ ...group, id: fresh() }, offset));
  const notes = (definition.notes ?? []).map((note) => moved({ ...note, id: fresh() }, offset));
  return {
    workflow: {
      ...workflow,
      nodes: { ...Object.fromEntries(rest), ...Object.fromEntries(inside) },
      ...(groups.length > 0 && { groups: [...(workflow.groups ?? []), ...groups] }),
      ...(notes.length > 0 && { notes: [...(workflow.notes ?? []), ...notes] }),
    },
    ids: new Set([...ids.values(), ...[...groups, ...notes].map((frame) => frame.id)]),
  };
}

/** What an input inside gets outside: links inside lead to the new ids, those to the border to what the instance has. */
function createThrough(definition: Subgraph, instance: WorkflowNode, ids: ReadonlyMap<string, string>) {
  return (input: WorkflowInput): WorkflowInput | undefined => {
    if (!isLink(input)) return input;
    const [node, output] = input.link;
    if (own(definition.nodes, node)?.type === inputsType) {
      return own(instance.inputs, output) ?? definition.inputs.find(({ name }) => name === output)?.default;
    }
    const id = ids.get(node);
    return id === undefined ? undefined : { ...input, link: [id, output] };
  };
}

/** What the instance says of a promoted seed holds for the seed inside. */
function withFields(after: WorkflowNode, before: WorkflowNode, instance: WorkflowNode, definition: Subgraph): WorkflowNode {
  const promoted = Object.entries(before.inputs).flatMap(([name, input]) => {
    const fromBorder = isLink(input) && own(definition.nodes, input.link[0])?.type === inputsType;
    const options = fromBorder ? own(instance.fields ?? {}, input.link[1]) : undefined;
    return options === undefined ? [] : [[name, options] as const];
  });
  return promoted.length === 0 ? after : { ...after, fields: { ...after.fields, ...Object.fromEntries(promoted) } };
}

function withMode(node: WorkflowNode, mode: WorkflowNode['mode']): WorkflowNode {
  return mode === undefined || mode === 'active' ? node : { ...node, mode };
}

function offsetOf(nodes: readonly WorkflowNode[], { position = { x: 0, y: 0 } }: WorkflowNode): Position {
  const places = nodes.map((node) => node.position ?? { x: 0, y: 0 });
  if (places.length === 0) return { x: 0, y: 0 };
  const xs = places.map(({ x }) => x);
  const top = Math.min(...places.map(({ y }) => y));
  return { x: position.x - Math.round((Math.min(...xs) + Math.max(...xs)) / 2), y: position.y - top };
}

function moved<T extends { position?: Position }>(thing: T, { x, y }: Position): T {
  return { ...thing, position: { x: (thing.position?.x ?? 0) + x, y: (thing.position?.y ?? 0) + y } };
}
