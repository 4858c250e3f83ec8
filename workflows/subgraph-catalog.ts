import type { InputSpec, NodeDescription, OutputSpec } from '../nodes/define.ts';
import { type SocketType, socketTypes } from '../nodes/types.ts';
import { checkValue } from './check-value.ts';
import type { Catalog } from './graph.ts';
import { own } from './own.ts';
import { takersOf, throughReroutes, typeOfOutput } from './reroute.ts';
import { isLink, type Subgraph, type Workflow } from './schema.ts';
import { innermostFirst } from './subgraph-order.ts';
import { inputsType, outputsType, typeOfSubgraph } from './subgraph-types.ts';

type Subgraphs = Readonly<Record<string, Subgraph>>;
type Port = Subgraph['inputs'][number];

/**
 * The node types that there are in a workflow: those of the catalog and its subgraphs as nodes; within a subgraph also
 * the two nodes at its border. Subgraphs that contain themselves are left out.
 */
export function catalogOf(workflow: Pick<Workflow, 'subgraphs'>, catalog: Catalog, within?: string): Catalog {
  const { subgraphs } = workflow;
  if (subgraphs === undefined || Object.keys(subgraphs).length === 0) return catalog;
  const all = catalogOfSubgraphs(subgraphs, catalog);
  const definition = within === undefined ? undefined : own(subgraphs, within);
  if (definition === undefined) return all;
  return new Map([...all, ...borders(definition, all)]);
}

/** Of the last subgraphs that were asked about: every node that is shown asks. */
const known = new WeakMap<Subgraphs, { readonly catalog: Catalog; readonly all: Catalog }>();

function catalogOfSubgraphs(subgraphs: Subgraphs, catalog: Catalog): Catalog {
  const found = known.get(subgraphs);
  if (found?.catalog === catalog) return found.all;
  const all = new Map(catalog);
  for (const id of innermostFirst(subgraphs)) {
    const definition = own(subgraphs, id);
    if (definition !== undefined) all.set(typeOfSubgraph(id), describeSubgraph(id, definition, all));
  }
  known.set(subgraphs, { catalog, all });
  return all;
}

/**
 * A subgraph as a node: an input that leads to a field inside is such a field, and its outputs have the types of what is
 * linked to them inside. `catalog` has the subgraphs inside it.
 */
function describeSubgraph(id: string, definition: Subgraph, catalog: Catalog): NodeDescription {
  const inside = { format: 'weft', version: 1, nodes: definition.nodes } as const;
  const bordered = new Map([...catalog, ...borders(definition, catalog)]);
  const types = Object.values(definition.nodes).flatMap(({ type, mode }) => (mode === 'muted' ? [] : (catalog.get(type) ?? [])));
  const inputs = definition.inputs.flatMap((port): [string, InputSpec][] => {
    const spec = inputSpec(inside, bordered, port);
    return spec === undefined ? [] : [[port.name, spec]];
  });
  const outputs = definition.outputs.flatMap((port): [string, OutputSpec][] => {
    const spec = outputSpec(inside, bordered, port);
    return spec === undefined ? [] : [[port.name, spec]];
  });
  return {
    type: typeOfSubgraph(id),
    version: 1,
    title: definition.title,
    category: 'subgraphs',
    description: definition.description ?? '',
    aliases: [],
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    device: 'any',
    output: types.some(({ output }) => output),
    deterministic: types.every(({ deterministic }) => deterministic),
    constant: false,
    takesLists: false,
  };
}

/** The two nodes at a subgraph's border, as they are seen from inside. */
function borders(definition: Subgraph, catalog: Catalog): [string, NodeDescription][] {
  const inside = { format: 'weft', version: 1, nodes: definition.nodes } as const;
  const given = definition.inputs.flatMap((port): [string, OutputSpec][] => {
    const type = typeOfPort(inside, catalog, port);
    return type === undefined ? [] : [[port.name, { type, list: false }]];
  });
  const taken = definition.outputs.flatMap((port): [string, InputSpec][] => {
    const type = socketType(port.type);
    return type === undefined ? [] : [[port.name, { kind: 'socket', type, optional: true }]];
  });
  const common = {
    version: 1,
    category: 'subgraphs',
    aliases: [],
    device: 'any',
    output: false,
    deterministic: true,
    constant: false,
    takesLists: false,
  } as const;
  return [
    [
      inputsType,
      {
        ...common,
        type: inputsType,
        title: 'Inputs',
        description: 'What comes into this subgraph.',
        inputs: {},
        outputs: Object.fromEntries(given),
      },
    ],
    [
      outputsType,
      {
        ...common,
        type: outputsType,
        title: 'Outputs',
        description: 'What this subgraph gives.',
        inputs: Object.fromEntries(taken),
        outputs: {},
      },
    ],
  ];
}

function socketType(name: string): SocketType | undefined {
  return socketTypes.find((type) => type === name);
}

/** The type that an input is declared with; a whole number may serve as a number inside, so the declared one holds. */
function typeOfPort(inside: Workflow, catalog: Catalog, port: Port): SocketType | undefined {
  const declared = socketType(port.type);
  if (declared !== undefined) return declared;
  const [first] = specsBehind(inside, catalog, port);
  return first?.kind === 'socket' ? first.type : undefined;
}

/** What the inputs inside that an input leads to take. */
function specsBehind(inside: Workflow, catalog: Catalog, port: Port): InputSpec[] {
  const border = Object.keys(inside.nodes).find((id) => inside.nodes[id].type === inputsType);
  if (border === undefined) return [];
  const takers = takersOf(inside, { node: border, output: port.name });
  return takers.flatMap(({ node, input }) => own(catalog.get(inside.nodes[node].type)?.inputs ?? {}, input) ?? []);
}

function inputSpec(inside: Workflow, catalog: Catalog, port: Port): InputSpec | undefined {
  const specs = specsBehind(inside, catalog, port);
  const field = specs.find((spec) => spec.kind !== 'socket');
  const type = typeOfPort(inside, catalog, port);
  // A socket takes links only: what leads to a socket as well as to a field is a socket.
  if (field !== undefined && specs.every((spec) => spec.kind !== 'socket')) return withDefault(port, field);
  if (type === undefined) return undefined;
  return { kind: 'socket', type, optional: specs.every((spec) => spec.kind !== 'socket' || spec.optional) };
}

function withDefault({ name, default: value }: Port, spec: InputSpec): InputSpec {
  if (value === undefined || spec.kind === 'socket' || spec.kind === 'file' || checkValue(name, spec, value) !== undefined) return spec;
  return { ...spec, default: value } as InputSpec;
}

function outputSpec(inside: Workflow, catalog: Catalog, port: Port): OutputSpec | undefined {
  const border = Object.values(inside.nodes).find(({ type }) => type === outputsType);
  const input = border === undefined ? undefined : own(border.inputs, port.name);
  const declared = socketType(port.type);
  if (input === undefined || !isLink(input)) return declared && { type: declared, list: false };
  const place = { node: input.link[0], output: input.link[1] };
  const source = throughReroutes(inside, place);
  const type = typeOfOutput(inside, catalog, place) ?? declared;
  const given = source === undefined ? undefined : own(inside.nodes, source.node)?.type;
  const list = given !== undefined && source !== undefined && (own(catalog.get(given)?.outputs ?? {}, source.output)?.list ?? false);
  return type && { type, list };
}
