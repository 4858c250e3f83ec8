import type { InputSpec, NodeDescription } from '../nodes/define.ts';
import type { SocketType } from '../nodes/types.ts';
import { quote } from './check-value.ts';
import type { Catalog } from './graph.ts';
import { nearest } from './nearest.ts';
import type { NodeLabel } from './node-names.ts';
import { own } from './own.ts';
import type { Workflow } from './schema.ts';
import { fitsInput, typeFits, typeOfInput } from './types-fit.ts';

/** How many possibilities a sentence names. */
const namedAtMost = 3;
/** Enough that some are left when a link's own two nodes are taken out. */
const keptAtMost = namedAtMost + 2;

/** A way through nodes in the direction of its links, shortened where it is long. */
export function pathText(label: NodeLabel, againstLinks: readonly string[]): string {
  const path = againstLinks.toReversed();
  const shown = path.length > 12 ? [...path.slice(0, 8), undefined, ...path.slice(-3)] : path;
  return shown.map((id) => (id === undefined ? '...' : label(id))).join(' -> ');
}

/** "Did you mean ...?", or else the few names that there are, or nothing. */
export function suggestName(name: string, candidates: readonly string[]): string | undefined {
  const guesses = nearest(name, candidates, namedAtMost);
  if (guesses.length > 0) return `Did you mean ${guesses.map(quote).join(' or ')}?`;
  return candidates.length > 0 && candidates.length <= 12 ? `There are ${candidates.map(quote).join(', ')}.` : undefined;
}

/**
 * Says what could be linked to an input of a node: outputs of the preferred node (the one that was linked) if it has
 * one, else of other nodes beside it, else types of nodes to be added.
 */
export type SourceAdvice = (consumer: string, input: InputSpec, preferred?: string) => string;

/** Advice on the sources in a workflow, which is searched once for each type that is asked for. */
export function createSourceAdvice(workflow: Workflow, catalog: Catalog, label: NodeLabel): SourceAdvice {
  const offers = new Map<string, readonly Offer[]>();
  const offersOf = (type: SocketType, scope: string): readonly Offer[] => {
    const key = `${type} ${scope}`;
    const found = offers.get(key) ?? findOffers(workflow, catalog, type, scope);
    offers.set(key, found);
    return found;
  };
  return (consumer, input, preferred) => {
    const direct = preferred === undefined ? [] : outputsOf(workflow, catalog, preferred, input);
    if (direct.length > 0) return `Link it to ${offerTexts(label, direct)} instead.`;
    const wanted = typeOfInput(input);
    const others = offersOf(wanted, scopeOf(consumer)).filter(({ node }) => node !== consumer && node !== preferred);
    return others.length > 0 ? `Link it to ${offerTexts(label, others)}.` : suggestTypes(catalog, wanted);
  };
}

/** An output of a node in the workflow. */
type Offer = { readonly node: string; readonly output: string };

/** The subgraphs that a node of an expanded workflow is in (`outer/`): a link leads to another node in the same ones. */
function scopeOf(id: string): string {
  return id.slice(0, id.lastIndexOf('/') + 1);
}

function findOffers(workflow: Workflow, catalog: Catalog, type: SocketType, scope: string): Offer[] {
  const found: Offer[] = [];
  for (const id of Object.keys(workflow.nodes)) {
    if (scopeOf(id) !== scope) continue;
    const outputs = Object.entries(catalog.get(workflow.nodes[id].type)?.outputs ?? {});
    const fitting = outputs.find(([, output]) => typeFits(output.type, type));
    if (fitting !== undefined && workflow.nodes[id].mode !== 'muted') found.push({ node: id, output: fitting[0] });
    if (found.length === keptAtMost) break;
  }
  return found;
}

function outputsOf(workflow: Workflow, catalog: Catalog, node: string, input: InputSpec): Offer[] {
  const outputs = Object.entries(catalog.get(own(workflow.nodes, node)?.type ?? '')?.outputs ?? {});
  return outputs.filter(([, output]) => fitsInput(output.type, input)).map(([output]) => ({ node, output }));
}

function offerTexts(label: NodeLabel, offers: readonly Offer[]): string {
  return offers
    .slice(0, namedAtMost)
    .map(({ node, output }) => `${output} of ${label(node)}`)
    .join(' or ');
}

function suggestTypes(catalog: Catalog, wanted: SocketType): string {
  const giving = [...catalog.values()].filter(({ outputs }) => Object.values(outputs).some(({ type }) => typeFits(type, wanted)));
  if (giving.length === 0) return `Link it to a node that gives ${wanted}.`;
  // Nodes that only change what they are given come last.
  const takesIt = ({ inputs }: NodeDescription) =>
    Object.values(inputs).some((input) => input.kind === 'socket' && typeOfInput(input) === wanted);
  const titles = giving.toSorted((a, b) => Number(takesIt(a)) - Number(takesIt(b))).map(({ title }) => title);
  return `Add a node that gives ${wanted}, such as ${titles.slice(0, namedAtMost).join(' or ')}, and link to it.`;
}
