import { ancestors } from '../cycles.ts';
import type { Catalog } from '../graph.ts';
import { specOfInput, typeOfOutput } from '../reroute.ts';
import {
  isLink,
  type Position,
  type Subgraph,
  type Workflow,
  type WorkflowInput,
  type WorkflowLink,
  type WorkflowNode,
} from '../schema.ts';
import { inputsType, isBorder, outputsType, typeOfSubgraph } from '../subgraph-types.ts';
import { typeOfInput } from '../types-fit.ts';
import { freshId, type Random } from './ids.ts';
import { type Added, mapInputs } from './nodes.ts';

/** Canvas pixels between the nodes inside a new subgraph and the nodes at its border. */
const leftOfNodes = 280;
const rightOfNodes = 420;

/**
 * Makes one node of some: links from outside become its inputs, links to outside its outputs. Nodes that lie on a way
 * from one of them to another come along, as the new node would else wait for itself. The selected groups and notes go
 * inside as well. Undefined if no node is named.
 */
export function wrap(workflow: Workflow, catalog: Catalog, ids: ReadonlySet<string>, title: string, random?: Random): Added | undefined {
  const inner = withThoseBetween(workflow, ids);
  if (inner.size === 0) return undefined;
  const instance = freshId((id) => Object.hasOwn(workflow.nodes, id), random);
  const subgraph = freshId((id) => Object.hasOwn(workflow.subgraphs ?? {}, id), random);
  const ports = { in: incoming(workflow, catalog, inner), out: outgoing(workflow, catalog, inner) };
  const goesInside = ({ id }: { id?: string }) => id !== undefined && ids.has(id);
  const stays = (frame: { id?: string }) => !goesInside(frame);
  const moved = [...inner].map((id) => workflow.nodes[id]);
  const node: WorkflowNode = {
    type: typeOfSubgraph(subgraph),
    position: places(moved).middle,
    inputs: Object.fromEntries(ports.in.map(({ name, link }) => [name, link])),
  };
  const outputs = new Map(ports.out.map((port) => [keyOf(port.link), port.name]));
  const rest = Object.entries(workflow.nodes)
    .filter(([id]) => !inner.has(id))
    .map(([id, one]): [string, WorkflowNode] => [id, mapInputs(one, (input) => relinked(input, outputs, instance))]);
  return {
    id: instance,
    workflow: {
      ...workflow,
      nodes: { ...Object.fromEntries(rest), [instance]: node },
      ...(workflow.groups && { groups: workflow.groups.filter(stays) }),
      ...(workflow.notes && { notes: workflow.notes.filter(stays) }),
      subgraphs: {
        ...workflow.subgraphs,
        [subgraph]: {
          ...definitionOf(workflow, inner, ports, title, random),
          ...framesInside(workflow, goesInside),
        },
      },
    },
  };
}

type Ports = { readonly in: readonly NewPort[]; readonly out: readonly NewPort[] };

function definitionOf(workflow: Workflow, inner: ReadonlySet<string>, ports: Ports, title: string, random?: Random): Subgraph {
  const inputsAt = freshId((id) => inner.has(id), random);
  const outputsAt = freshId((id) => inner.has(id) || id === inputsAt, random);
  const names = new Map(ports.in.map((port) => [keyOf(port.link), port.name]));
  const nodes = Object.entries(workflow.nodes)
    .filter(([id]) => inner.has(id))
    .map(([id, node]): [string, WorkflowNode] => [id, mapInputs(node, (input) => relinked(input, names, inputsAt))]);
  const at = places(nodes.map(([, node]) => node));
  return {
    title,
    inputs: ports.in.map(({ name, type }) => ({ name, type })),
    outputs: ports.out.map(({ name, type }) => ({ name, type })),
    nodes: {
      [inputsAt]: { type: inputsType, position: at.inputs, inputs: {} },
      ...Object.fromEntries(nodes),
      [outputsAt]: { type: outputsType, position: at.outputs, inputs: Object.fromEntries(ports.out.map(({ name, link }) => [name, link])) },
    },
  };
}

function framesInside(
  { groups = [], notes = [] }: Workflow,
  goesInside: (frame: { id?: string }) => boolean,
): Pick<Workflow, 'groups' | 'notes'> {
  const inner = { groups: groups.filter(goesInside), notes: notes.filter(goesInside) };
  return { ...(inner.groups.length > 0 && { groups: inner.groups }), ...(inner.notes.length > 0 && { notes: inner.notes }) };
}

/** The named nodes and all between them; the border of a subgraph stays where it is. */
function withThoseBetween({ nodes }: Workflow, ids: Iterable<string>): Set<string> {
  const chosen = [...ids].filter((id) => Object.hasOwn(nodes, id) && !isBorder(nodes[id].type));
  const sources = new Map(
    Object.entries(nodes).map(([id, { inputs }]) => [id, Object.values(inputs).flatMap((input) => (isLink(input) ? [input.link[0]] : []))]),
  );
  const targets = new Map(Object.keys(nodes).map((id): [string, string[]] => [id, []]));
  for (const [id, from] of sources) for (const source of from) targets.get(source)?.push(id);
  const above = ancestors(chosen, sources);
  const below = ancestors(chosen, targets);
  return new Set([...chosen, ...[...above].filter((id) => below.has(id) && Object.hasOwn(nodes, id))]);
}

type NewPort = { readonly name: string; readonly type: string; readonly link: WorkflowLink };

/** A port for each output outside that the nodes take from, named after the first input that takes it. */
function incoming(workflow: Workflow, catalog: Catalog, inner: ReadonlySet<string>): NewPort[] {
  const ports = new Map<string, NewPort>();
  for (const id of inner) {
    for (const [input, link] of Object.entries(workflow.nodes[id].inputs)) {
      if (!isLink(link) || inner.has(link.link[0]) || ports.has(keyOf(link))) continue;
      const spec = specOfInput(workflow, catalog, { node: id, input });
      const type = typeOfLink(workflow, catalog, link) ?? (spec && typeOfInput(spec)) ?? unknownType;
      ports.set(keyOf(link), { name: freeName(input, [...ports.values()]), type, link });
    }
  }
  return [...ports.values()];
}

/** A port for each output of the nodes that is taken from outside. */
function outgoing(workflow: Workflow, catalog: Catalog, inner: ReadonlySet<string>): NewPort[] {
  const ports = new Map<string, NewPort>();
  for (const [id, { inputs }] of Object.entries(workflow.nodes)) {
    if (inner.has(id)) continue;
    for (const link of Object.values(inputs)) {
      if (!isLink(link) || !inner.has(link.link[0]) || ports.has(keyOf(link))) continue;
      const type = typeOfLink(workflow, catalog, link) ?? unknownType;
      ports.set(keyOf(link), { name: freeName(link.link[1], [...ports.values()]), type, link });
    }
  }
  return [...ports.values()];
}

/** Of a link from a node of unknown type. */
const unknownType = 'unknown';

function typeOfLink(workflow: Workflow, catalog: Catalog, { link: [node, output] }: WorkflowLink): string | undefined {
  return typeOfOutput(workflow, catalog, { node, output });
}

function keyOf({ link: [node, output] }: WorkflowLink): string {
  return JSON.stringify([node, output]);
}

/** A name, or the first of `name 2`, `name 3` and so on that no port has. */
export function freeName(wanted: string, ports: readonly { readonly name: string }[]): string {
  const taken = new Set(ports.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted} ${number}`;
  return name;
}

/** A link to one of the named outputs goes to the node in their place. */
function relinked(input: WorkflowInput, names: ReadonlyMap<string, string>, node: string): WorkflowInput {
  const name = isLink(input) ? names.get(keyOf(input)) : undefined;
  return name === undefined ? input : { link: [node, name] };
}

function places(nodes: readonly WorkflowNode[]): { inputs: Position; outputs: Position; middle: Position } {
  const positions = nodes.map(({ position }) => position ?? { x: 0, y: 0 });
  const left = Math.min(...positions.map(({ x }) => x));
  const right = Math.max(...positions.map(({ x }) => x));
  const top = Math.min(...positions.map(({ y }) => y));
  return {
    inputs: { x: left - leftOfNodes, y: top },
    outputs: { x: right + rightOfNodes, y: top },
    middle: { x: Math.round((left + right) / 2), y: top },
  };
}
