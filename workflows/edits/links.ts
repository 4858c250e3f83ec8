import type { NodeDescription } from '../../nodes/define.ts';
import type { Catalog } from '../graph.ts';
import { own } from '../own.ts';
import { describeAt, type InputPlace, type OutputPlace, reroutePort, rerouteType, typeOfOutput } from '../reroute.ts';
import { isLink, type Position, type Workflow, type WorkflowInput } from '../schema.ts';
import { fitsInput } from '../types-fit.ts';
import { changeNodes } from './change-node.ts';
import { type Connection, createConnectionCheck, whyNotConnect } from './connection.ts';
import { freshId, type Random } from './ids.ts';
import { type Added, addNode, clearInput, mapInputs } from './nodes.ts';

/** Links an output to an input, in place of what was there; a refused link (whyNotConnect says why) changes nothing. */
export function connect(workflow: Workflow, catalog: Catalog, connection: Connection): Workflow {
  const { from, to } = connection;
  if (isLinked(workflow, connection) || whyNotConnect(workflow, catalog, connection) !== undefined) return workflow;
  const input: WorkflowInput = { link: [from.node, from.output] };
  return changeNodes(workflow, [to.node], (node) => ({ ...node, inputs: { ...node.inputs, [to.input]: input } }));
}

function isLinked(workflow: Workflow, { from, to }: Connection): boolean {
  const input = own(own(workflow.nodes, to.node)?.inputs ?? {}, to.input);
  return input !== undefined && isLink(input) && input.link[0] === from.node && input.link[1] === from.output;
}

/** Takes the link off an input, if there is one. */
export function disconnect(workflow: Workflow, { node, input }: InputPlace): Workflow {
  const value = own(own(workflow.nodes, node)?.inputs ?? {}, input);
  return value !== undefined && isLink(value) ? clearInput(workflow, node, input) : workflow;
}

/** Takes all links off the inputs and outputs of nodes. */
export function disconnectNodes(workflow: Workflow, ids: ReadonlySet<string>): Workflow {
  return changeNodes(workflow, Object.keys(workflow.nodes), (node, id) =>
    mapInputs(node, (input) => (isLink(input) && (ids.has(id) || ids.has(input.link[0])) ? undefined : input)),
  );
}

/** The inputs that are linked to an output. */
export function linksFrom(workflow: Workflow, { node, output }: OutputPlace): InputPlace[] {
  return Object.entries(workflow.nodes).flatMap(([id, { inputs }]) =>
    Object.entries(inputs)
      .filter(([, input]) => isLink(input) && input.link[0] === node && input.link[1] === output)
      .map(([input]) => ({ node: id, input })),
  );
}

/** Moves all links of an output to another one; those that the other one can't have stay. */
export function moveLinks(workflow: Workflow, catalog: Catalog, from: OutputPlace, to: OutputPlace): Workflow {
  return linksFrom(workflow, from).reduce((result, taker) => connect(result, catalog, { from: to, to: taker }), workflow);
}

/** The first input of a node that an output may be linked to: an empty socket before a linked one, before a field. */
export function inputFor(workflow: Workflow, catalog: Catalog, from: OutputPlace, node: string): string | undefined {
  const check = createConnectionCheck(workflow, catalog);
  const inputs =
    own(workflow.nodes, node)?.type === rerouteType ? [reroutePort] : inputsByNeed(workflow, describeAt(workflow, catalog, node), node);
  return inputs.find((input) => check({ from, to: { node, input } }) === undefined);
}

function inputsByNeed(workflow: Workflow, description: NodeDescription | undefined, node: string): string[] {
  const rank = (name: string): number => {
    if (description?.inputs[name].kind !== 'socket') return 2;
    return own(workflow.nodes[node].inputs, name) === undefined ? 0 : 1;
  };
  return Object.keys(description?.inputs ?? {}).toSorted((a, b) => rank(a) - rank(b));
}

/** The first output of a node that may be linked to an input. */
export function outputFor(workflow: Workflow, catalog: Catalog, to: InputPlace, node: string): string | undefined {
  const check = createConnectionCheck(workflow, catalog);
  const outputs =
    own(workflow.nodes, node)?.type === rerouteType ? [reroutePort] : Object.keys(describeAt(workflow, catalog, node)?.outputs ?? {});
  return outputs.find((output) => check({ from: { node, output }, to }) === undefined);
}

/** Whether a node of this description could be put into a link. */
export function fitsIntoLink(workflow: Workflow, catalog: Catalog, link: Connection, description: NodeDescription): boolean {
  const brings = typeOfOutput(workflow, catalog, link.from);
  const taker = describeAt(workflow, catalog, link.to.node)?.inputs[link.to.input];
  const takes = brings !== undefined && Object.values(description.inputs).some((spec) => fitsInput(brings, spec));
  return takes && taker !== undefined && Object.values(description.outputs).some(({ type }) => fitsInput(type, taker));
}

/** Puts a node that is there into a link, where it fits; else nothing changes. */
export function insertIntoLink(workflow: Workflow, catalog: Catalog, link: Connection, node: string): Workflow {
  if (!isLinked(workflow, link) || node === link.from.node || node === link.to.node) return workflow;
  const input = inputFor(workflow, catalog, link.from, node);
  if (input === undefined) return workflow;
  const entered = connect(workflow, catalog, { from: link.from, to: { node, input } });
  const output = outputFor(entered, catalog, link.to, node);
  return output === undefined ? workflow : connect(entered, catalog, { from: { node, output }, to: link.to });
}

/** Adds a node in the middle of a link; without the link where it doesn't fit. */
export function addIntoLink(
  workflow: Workflow,
  catalog: Catalog,
  link: Connection,
  description: NodeDescription,
  position: Position,
): Added {
  const added = addNode(workflow, description, position);
  return { id: added.id, workflow: insertIntoLink(added.workflow, catalog, link, added.id) };
}

/** Adds a reroute to a link, or to nothing. */
export function addReroute(workflow: Workflow, position: Position, link?: Connection, random?: Random): Added {
  const id = freshId((one) => Object.hasOwn(workflow.nodes, one), random);
  const through = link !== undefined && isLinked(workflow, link) ? link : undefined;
  const inputs: Record<string, WorkflowInput> =
    through === undefined ? {} : { [reroutePort]: { link: [through.from.node, through.from.output] } };
  const nodes = { ...workflow.nodes, [id]: { type: rerouteType, position, inputs } };
  const added = { ...workflow, nodes };
  if (through === undefined) return { workflow: added, id };
  const bent: WorkflowInput = { link: [id, reroutePort] };
  return {
    id,
    workflow: changeNodes(added, [through.to.node], (node) => ({ ...node, inputs: { ...node.inputs, [through.to.input]: bent } })),
  };
}
