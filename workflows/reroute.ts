import type { InputSpec, NodeDescription } from '../nodes/define.ts';
import type { SocketType } from '../nodes/types.ts';
import type { Catalog } from './graph.ts';
import { own } from './own.ts';
import { isLink, type Workflow } from './schema.ts';
import { typeOfInput } from './types-fit.ts';

/** A node that only bends a link: its output is what its one input gets, of whatever type. Nothing of it runs. */
export const rerouteType = 'Reroute';
export const reroutePort = 'value';

/** An output of a node. */
export type OutputPlace = { readonly node: string; readonly output: string };
/** An input of a node. */
export type InputPlace = { readonly node: string; readonly input: string };

function isReroute(workflow: Workflow, id: string): boolean {
  return own(workflow.nodes, id)?.type === rerouteType;
}

/** The output that an output stands for once reroutes are followed; undefined where they lead to nothing or round. */
export function throughReroutes(workflow: Workflow, { node, output }: OutputPlace): OutputPlace | undefined {
  const passed = new Set<string>();
  let place = { node, output };
  while (isReroute(workflow, place.node)) {
    const input = own(workflow.nodes[place.node].inputs, reroutePort);
    if (passed.has(place.node) || input === undefined || !isLink(input)) return undefined;
    passed.add(place.node);
    place = { node: input.link[0], output: input.link[1] };
  }
  return place;
}

/** The inputs of nodes other than reroutes that an output's values reach. */
export function takersOf(workflow: Workflow, { node, output }: OutputPlace): InputPlace[] {
  const passed = new Set([node]);
  const places: OutputPlace[] = [{ node, output }];
  const takers: InputPlace[] = [];
  for (const place of places) {
    for (const [id, { type, inputs }] of Object.entries(workflow.nodes)) {
      for (const [name, input] of Object.entries(inputs)) {
        if (!isLink(input) || input.link[0] !== place.node || input.link[1] !== place.output) continue;
        if (type !== rerouteType) takers.push({ node: id, input: name });
        else if (!passed.has(id)) {
          passed.add(id);
          places.push({ node: id, output: reroutePort });
        }
      }
    }
  }
  return takers;
}

/** The type of an output's values; undefined where that isn't known, as of a reroute with nothing linked to it. */
export function typeOfOutput(workflow: Workflow, catalog: Catalog, place: OutputPlace): SocketType | undefined {
  const source = throughReroutes(workflow, place);
  const type = source === undefined ? undefined : own(workflow.nodes, source.node)?.type;
  return type === undefined || source === undefined ? undefined : own(catalog.get(type)?.outputs ?? {}, source.output)?.type;
}

/** What an input of a node takes; undefined where there is no such input, and for reroutes, which take anything. */
export function specOfInput(workflow: Workflow, catalog: Catalog, { node, input }: InputPlace): InputSpec | undefined {
  const type = own(workflow.nodes, node)?.type;
  return type === undefined ? undefined : own(catalog.get(type)?.inputs ?? {}, input);
}

/** The type that passes a reroute: that of its source, else that of the first that takes from it. */
function typeOfReroute(workflow: Workflow, catalog: Catalog, id: string): SocketType | undefined {
  const place = { node: id, output: reroutePort };
  const given = typeOfOutput(workflow, catalog, place);
  if (given !== undefined) return given;
  const specs = takersOf(workflow, place).map((taker) => specOfInput(workflow, catalog, taker));
  const spec = specs.find((one) => one !== undefined);
  return spec === undefined ? undefined : typeOfInput(spec);
}

/** The description of a node where it stands: a reroute's depends on what is linked to it. Undefined for unknown types. */
export function describeAt(workflow: Workflow, catalog: Catalog, id: string): NodeDescription | undefined {
  const node = own(workflow.nodes, id);
  if (node?.type !== rerouteType) return node === undefined ? undefined : catalog.get(node.type);
  const type = typeOfReroute(workflow, catalog, id);
  return {
    type: rerouteType,
    version: 1,
    title: 'Reroute',
    category: 'layout',
    description: 'Bends a link. What comes in goes out.',
    aliases: [],
    inputs: type === undefined ? {} : { [reroutePort]: { kind: 'socket', type, optional: true } },
    outputs: type === undefined ? {} : { [reroutePort]: { type, list: false } },
    device: 'any',
    output: false,
    deterministic: true,
    constant: false,
    takesLists: false,
  };
}
