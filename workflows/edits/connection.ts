import type { SocketType } from '../../nodes/types.ts';
import { ancestors } from '../cycles.ts';
import type { Catalog } from '../graph.ts';
import { own } from '../own.ts';
import { type InputPlace, type OutputPlace, reroutePort, rerouteType, specOfInput, takersOf, typeOfOutput } from '../reroute.ts';
import { isLink, type Workflow } from '../schema.ts';
import { typeFits, typeOfInput } from '../types-fit.ts';

/** A link that may be or is to be: from an output to an input. */
export type Connection = { readonly from: OutputPlace; readonly to: InputPlace };

/** Why an output can't be linked to an input. */
export type Refusal =
  /** The node that the link would end at is one that its start takes values from. */
  | { readonly kind: 'circle' }
  | { readonly kind: 'type'; readonly brings: SocketType; readonly takes: SocketType }
  /** A node or socket that isn't there, or a node of unknown type. */
  | { readonly kind: 'missing' };

/** Says why a connection is refused; undefined if it may be. */
export type ConnectionCheck = (connection: Connection) => Refusal | undefined;

/**
 * A check for connections in a workflow. It remembers what it has walked through, so that asking about every socket
 * while a link is dragged costs one walk over the graph and not one for each.
 */
export function createConnectionCheck(workflow: Workflow, catalog: Catalog): ConnectionCheck {
  const closes = createCircleCheck(workflow);
  return ({ from, to }) => {
    if (!exists(workflow, catalog, from)) return { kind: 'missing' };
    const brings = typeOfOutput(workflow, catalog, from);
    // What is linked to a reroute must fit all that it is handed on to.
    const takers = own(workflow.nodes, to.node)?.type === rerouteType && to.input === reroutePort ? takersBehind(workflow, to) : [to];
    for (const taker of takers) {
      const spec = specOfInput(workflow, catalog, taker);
      if (spec === undefined) return { kind: 'missing' };
      const takes = typeOfInput(spec);
      if (brings !== undefined && !typeFits(brings, takes)) return { kind: 'type', brings, takes };
    }
    return closes(from.node, to.node) ? { kind: 'circle' } : undefined;
  };
}

/** As a single question; see createConnectionCheck. */
export function whyNotConnect(workflow: Workflow, catalog: Catalog, connection: Connection): Refusal | undefined {
  return createConnectionCheck(workflow, catalog)(connection);
}

function takersBehind(workflow: Workflow, { node }: InputPlace): InputPlace[] {
  return takersOf(workflow, { node, output: reroutePort });
}

function exists(workflow: Workflow, catalog: Catalog, { node, output }: OutputPlace): boolean {
  const type = own(workflow.nodes, node)?.type;
  if (type === undefined) return false;
  return type === rerouteType ? output === reroutePort : own(catalog.get(type)?.outputs ?? {}, output) !== undefined;
}

/** Whether a link from one node to another would close a circle. */
function createCircleCheck(workflow: Workflow): (from: string, to: string) => boolean {
  let neighbours: { readonly sources: Map<string, string[]>; readonly targets: Map<string, string[]> } | undefined;
  const above = new Map<string, ReadonlySet<string>>();
  const below = new Map<string, ReadonlySet<string>>();
  return (from, to) => {
    neighbours ??= neighboursIn(workflow);
    const known = above.get(from)?.has(to) ?? below.get(to)?.has(from);
    if (known !== undefined) return known;
    // Of the two ends of a drag one stays: what is above or below that one is asked for again and again.
    const sources = ancestors([from], neighbours.sources);
    above.set(from, sources);
    below.set(to, ancestors([to], neighbours.targets));
    return sources.has(to);
  };
}

function neighboursIn({ nodes }: Workflow) {
  const sources = new Map<string, string[]>();
  const targets = new Map<string, string[]>();
  for (const [id, { inputs }] of Object.entries(nodes)) {
    for (const input of Object.values(inputs)) {
      if (!isLink(input)) continue;
      const [source] = input.link;
      append(sources, id, source);
      append(targets, source, id);
    }
  }
  return { sources, targets };
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
