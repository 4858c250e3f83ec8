import type { InputSpec, NodeDescription } from '../../nodes/define.ts';
import type { SocketType } from '../../nodes/types.ts';
import { fitsIntoLink } from '../../workflows/edits/links.ts';
import type { Catalog } from '../../workflows/graph.ts';
import { specOfInput, typeOfOutput } from '../../workflows/reroute.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { isBorder } from '../../workflows/subgraph-types.ts';
import { fitsInput, typeOfInput } from '../../workflows/types-fit.ts';
import type { Search } from './search-state.ts';

/** What a search is limited to: nodes that take a type, or that bring what an input wants. */
export type Wanted = { readonly kind: 'takes' | 'brings'; readonly type: SocketType };

/** The nodes that may be added by a search: for a link that was released, those that it fits. */
export function candidates(workflow: Workflow, catalog: Catalog, search: Search): NodeDescription[] {
  const all = [...catalog.values()].filter(({ type }) => !isBorder(type));
  const { start, into } = search;
  if (into !== undefined) return all.filter((node) => fitsIntoLink(workflow, catalog, into, node));
  if (start === undefined) return all;
  if (start.end === 'output') {
    const type = typeOfOutput(workflow, catalog, start.place);
    return type === undefined
      ? all
      : all.filter(({ inputs }) => Object.values(inputs).some((spec) => fitsInput(type, spec))).sort(byUseOf(type));
  }
  const [place] = start.end === 'input' ? [start.place] : start.places;
  const spec = specOfInput(workflow, catalog, place);
  return spec === undefined
    ? all
    : all.filter(({ outputs }) => Object.values(outputs).some(({ type }) => fitsInput(type, spec))).sort(bySourceOf(typeOfInput(spec)));
}

function socketsOf({ inputs }: NodeDescription): InputSpec[] {
  return Object.values(inputs).filter(({ kind }) => kind === 'socket');
}

function takes(node: NodeDescription, type: SocketType): boolean {
  return socketsOf(node).some((spec) => typeOfInput(spec) === type);
}

function gives({ outputs }: NodeDescription, type: SocketType): boolean {
  return Object.values(outputs).some((output) => output.type === type);
}

/**
 * Where a type leads first (a picture is saved), then what makes something else of it, what changes it, and what takes it by a
 * field; of these each time those first whose first input it is.
 */
function byUseOf(type: SocketType): (a: NodeDescription, b: NodeDescription) => number {
  const rank = (node: NodeDescription) => {
    if (!takes(node, type)) return 3;
    if (node.output && socketsOf(node).length === 1) return 0;
    return gives(node, type) ? 2 : 1;
  };
  const isAboutIt = (node: NodeDescription) =>
    socketsOf(node)
      .slice(0, 1)
      .some((spec) => typeOfInput(spec) === type);
  return (a, b) => rank(a) - rank(b) || Number(isAboutIt(b)) - Number(isAboutIt(a));
}

/** Where a type comes from first, then what changes it. */
function bySourceOf(type: SocketType): (a: NodeDescription, b: NodeDescription) => number {
  return (a, b) => Number(takes(a, type)) - Number(takes(b, type));
}

/** What a search is limited to, for its heading; undefined for all nodes. */
export function wantedOf(workflow: Workflow, catalog: Catalog, { start, into }: Search): Wanted | undefined {
  if (into?.type !== undefined) return { kind: 'takes', type: into.type };
  if (start === undefined) return undefined;
  if (start.end === 'output') {
    const type = typeOfOutput(workflow, catalog, start.place);
    return type && { kind: 'takes', type };
  }
  const [place] = start.end === 'input' ? [start.place] : start.places;
  const spec = specOfInput(workflow, catalog, place);
  return spec && { kind: 'brings', type: typeOfInput(spec) };
}
