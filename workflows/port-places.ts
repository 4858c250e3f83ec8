import type { NodeDescription } from '../nodes/define.ts';
import type { Catalog } from './graph.ts';
import { own } from './own.ts';
import { type InputPlace, type OutputPlace, rerouteType } from './reroute.ts';
import { isLink, type Subgraph, type Workflow, type WorkflowInput } from './schema.ts';
import { catalogOf } from './subgraph-catalog.ts';
import { inputsType, isBorder, outputsType } from './subgraph-types.ts';

/** The subgraph's input that an input inside is given by; undefined if it isn't given from outside. */
export function portOfInput({ nodes }: Pick<Subgraph, 'nodes'>, { node, input }: InputPlace): string | undefined {
  const given = own(own(nodes, node)?.inputs ?? {}, input);
  return given !== undefined && isLink(given) && own(nodes, given.link[0])?.type === inputsType ? given.link[1] : undefined;
}

/** The subgraph's output that an output inside is given to, the first of several; undefined if it stays inside. */
export function portOfOutput({ nodes }: Pick<Subgraph, 'nodes'>, { node, output }: OutputPlace): string | undefined {
  const border = Object.values(nodes).find(({ type }) => type === outputsType);
  const isOwn = (input: WorkflowInput) => isLink(input) && input.link[0] === node && input.link[1] === output;
  return Object.entries(border?.inputs ?? {}).find(([, input]) => isOwn(input))?.[0];
}

/** What of a node inside a subgraph could be shown outside, and isn't. */
export type HiddenPlaces = {
  readonly node: string;
  readonly description: NodeDescription;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
};

/** By node, in the order of the nodes: inputs and fields that nothing is linked to, and outputs that stay inside. */
export function hiddenPlaces(workflow: Workflow, common: Catalog, subgraph: string): HiddenPlaces[] {
  const definition = own(workflow.subgraphs ?? {}, subgraph);
  if (definition === undefined) return [];
  const catalog = catalogOf(workflow, common, subgraph);
  return Object.entries(definition.nodes).flatMap(([node, { type, inputs }]) => {
    const description = isBorder(type) || type === rerouteType ? undefined : catalog.get(type);
    if (description === undefined) return [];
    const isFree = (name: string) => {
      const held = own(inputs, name);
      return held === undefined || !isLink(held);
    };
    const hidden = {
      inputs: Object.keys(description.inputs).filter(isFree),
      outputs: Object.keys(description.outputs).filter((output) => portOfOutput(definition, { node, output }) === undefined),
    };
    return hidden.inputs.length + hidden.outputs.length === 0 ? [] : [{ node, description, ...hidden }];
  });
}
