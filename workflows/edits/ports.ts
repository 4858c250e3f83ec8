import type { Catalog } from '../graph.ts';
import { own } from '../own.ts';
import { type InputPlace, type OutputPlace, specOfInput, typeOfOutput } from '../reroute.ts';
import { isLink, type Subgraph, type Workflow, type WorkflowNode } from '../schema.ts';
import { catalogOf } from '../subgraph-catalog.ts';
import { inputsType, outputsType, typeOfSubgraph } from '../subgraph-types.ts';
import { defaultOf } from '../trace.ts';
import { typeOfInput } from '../types-fit.ts';
import { without, withProperty } from './change-node.ts';
import { mapInputs } from './nodes.ts';
import { freeName } from './wrap.ts';

/*
 * What a subgraph shows outside. These edits take the whole workflow, not the graph that is shown: every node that
 * stands for the subgraph, wherever it is, is brought in line.
 */

type Side = 'inputs' | 'outputs';

function borderOf(definition: Subgraph, side: Side): string | undefined {
  const type = side === 'inputs' ? inputsType : outputsType;
  return Object.keys(definition.nodes).find((id) => definition.nodes[id].type === type);
}

function changeSubgraph(workflow: Workflow, id: string, change: (definition: Subgraph) => Subgraph): Workflow {
  const definition = own(workflow.subgraphs ?? {}, id);
  const changed = definition && change(definition);
  return changed === undefined || changed === definition ? workflow : { ...workflow, subgraphs: { ...workflow.subgraphs, [id]: changed } };
}

type Nodes = Workflow['nodes'];

function mapNodes(nodes: Nodes, change: (node: WorkflowNode) => WorkflowNode): Nodes {
  return Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, change(node)]));
}

/** Changes every graph in which nodes may stand for a subgraph. */
function changeUsers(
  workflow: Workflow,
  subgraph: string,
  change: (node: WorkflowNode, isInstance: (id: string) => boolean) => WorkflowNode,
): Workflow {
  const type = typeOfSubgraph(subgraph);
  const inGraph = (nodes: Nodes): Nodes => mapNodes(nodes, (node) => change(node, (id) => own(nodes, id)?.type === type));
  const subgraphs = Object.entries(workflow.subgraphs ?? {}).map(([id, one]) => [id, { ...one, nodes: inGraph(one.nodes) }] as const);
  return { ...workflow, nodes: inGraph(workflow.nodes), subgraphs: Object.fromEntries(subgraphs) };
}

/**
 * Shows an input or a field of a node inside on the outside; what the field holds is its value where none is set, and
 * what becomes of a seed holds outside as well.
 */
export function promoteInput(workflow: Workflow, common: Catalog, id: string, place: InputPlace): Workflow {
  const options = own(own(own(workflow.subgraphs ?? {}, id)?.nodes ?? {}, place.node)?.fields ?? {}, place.input);
  const promoted = addInput(workflow, common, id, place);
  const port = own(promoted.subgraphs ?? {}, id)?.inputs.at(-1);
  if (promoted === workflow || options === undefined || port === undefined) return promoted;
  return changeUsers(promoted, id, (node) =>
    node.type === typeOfSubgraph(id) ? { ...node, fields: { ...node.fields, [port.name]: options } } : node,
  );
}

function addInput(workflow: Workflow, common: Catalog, id: string, place: InputPlace): Workflow {
  return changeSubgraph(workflow, id, (definition) => {
    const catalog = catalogOf(workflow, common, id);
    const spec = specOfInput({ ...workflow, nodes: definition.nodes }, catalog, place);
    const border = borderOf(definition, 'inputs');
    const node = own(definition.nodes, place.node);
    if (spec === undefined || border === undefined || node === undefined) return definition;
    const held = own(node.inputs, place.input);
    if (held !== undefined && isLink(held)) return definition;
    const name = freeName(place.input, definition.inputs);
    const value = held ?? defaultOf(spec);
    const port = { name, type: typeOfInput(spec), ...(value !== undefined && { default: value }) };
    const inner: WorkflowNode = { ...node, inputs: { ...node.inputs, [place.input]: { link: [border, name] } } };
    return { ...definition, inputs: [...definition.inputs, port], nodes: { ...definition.nodes, [place.node]: inner } };
  });
}

/** Gives an output of a node inside to the outside. */
export function addOutput(workflow: Workflow, common: Catalog, id: string, place: OutputPlace): Workflow {
  return changeSubgraph(workflow, id, (definition) => {
    const type = typeOfOutput({ ...workflow, nodes: definition.nodes }, catalogOf(workflow, common, id), place);
    const border = borderOf(definition, 'outputs');
    if (type === undefined || border === undefined) return definition;
    const name = freeName(place.output, definition.outputs);
    const node = definition.nodes[border];
    const inner: WorkflowNode = { ...node, inputs: { ...node.inputs, [name]: { link: [place.node, place.output] } } };
    return { ...definition, outputs: [...definition.outputs, { name, type }], nodes: { ...definition.nodes, [border]: inner } };
  });
}

/** Takes an input away: fields inside hold again what they held, and nodes outside lose what they had there. */
export function removeInput(workflow: Workflow, id: string, name: string): Workflow {
  const definition = own(workflow.subgraphs ?? {}, id);
  if (definition?.inputs.some((port) => port.name === name) !== true) return workflow;
  const changed = changeSubgraph(workflow, id, (one) => {
    const value = one.inputs.find((port) => port.name === name)?.default;
    const border = borderOf(one, 'inputs');
    const nodes = mapNodes(one.nodes, (node) =>
      mapInputs(node, (input) => (isLink(input) && input.link[0] === border && input.link[1] === name ? value : input)),
    );
    return { ...one, nodes, inputs: one.inputs.filter((port) => port.name !== name) };
  });
  const gone = new Set([name]);
  return changeUsers(changed, id, (node) => {
    if (node.type !== typeOfSubgraph(id)) return node;
    const fields = node.fields && without(node.fields, gone);
    return withProperty({ ...node, inputs: without(node.inputs, gone) }, 'fields', fields);
  });
}

/** Takes an output away, with the links from it. */
export function removeOutput(workflow: Workflow, id: string, name: string): Workflow {
  const definition = own(workflow.subgraphs ?? {}, id);
  if (definition?.outputs.some((port) => port.name === name) !== true) return workflow;
  const changed = changeSubgraph(workflow, id, (one) => {
    const border = borderOf(one, 'outputs');
    const nodes =
      border === undefined
        ? one.nodes
        : { ...one.nodes, [border]: mapInputs(one.nodes[border], (input, key) => (key === name ? undefined : input)) };
    return { ...one, nodes, outputs: one.outputs.filter((port) => port.name !== name) };
  });
  return changeUsers(changed, id, (node, isInstance) =>
    mapInputs(node, (input) => (isLink(input) && input.link[1] === name && isInstance(input.link[0]) ? undefined : input)),
  );
}

/** Gives an input or output another name, everywhere; a name that is taken gets a number. */
export function renamePort(workflow: Workflow, id: string, side: Side, before: string, wanted: string): Workflow {
  const definition = own(workflow.subgraphs ?? {}, id);
  if (definition === undefined || wanted.trim() === '' || !definition[side].some(({ name }) => name === before)) return workflow;
  const name = freeName(
    wanted,
    definition[side].filter((port) => port.name !== before),
  );
  if (name === before) return workflow;
  const renamed = changeSubgraph(workflow, id, (one) => renamedInside(one, side, before, name));
  return changeUsers(renamed, id, (node, isInstance) => {
    if (side === 'inputs') return node.type === typeOfSubgraph(id) ? renamedKeys(node, before, name) : node;
    return mapInputs(node, (input) =>
      isLink(input) && input.link[1] === before && isInstance(input.link[0]) ? { ...input, link: [input.link[0], name] } : input,
    );
  });
}

function renamedInside(definition: Subgraph, side: Side, before: string, name: string): Subgraph {
  const border = borderOf(definition, side);
  const ports = definition[side].map((port) => (port.name === before ? { ...port, name } : port));
  const nodes =
    side === 'inputs'
      ? mapNodes(definition.nodes, (node) =>
          mapInputs(node, (input) =>
            isLink(input) && input.link[0] === border && input.link[1] === before ? { ...input, link: [input.link[0], name] } : input,
          ),
        )
      : mapNodes(definition.nodes, (node) => (node.type === outputsType ? renamedKeys(node, before, name) : node));
  return { ...definition, nodes, [side]: ports };
}

function renamedKeys(node: WorkflowNode, before: string, name: string): WorkflowNode {
  const rename = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key === before ? name : key, value]));
  return { ...node, inputs: rename(node.inputs), ...(node.fields && { fields: rename(node.fields) }) };
}

/** Puts an input or output at another place among its like. */
export function movePort(workflow: Workflow, id: string, side: Side, name: string, to: number): Workflow {
  return changeSubgraph(workflow, id, (definition) => {
    const port = definition[side].find((one) => one.name === name);
    if (port === undefined || definition[side].indexOf(port) === to) return definition;
    return { ...definition, [side]: definition[side].filter((one) => one !== port).toSpliced(to, 0, port) };
  });
}

/** Gives a subgraph another title or description. */
export function setSubgraphTexts(
  workflow: Workflow,
  id: string,
  texts: { readonly title?: string; readonly description?: string },
): Workflow {
  return changeSubgraph(workflow, id, (definition) => ({ ...definition, ...texts }));
}
