import type { InputSpec } from '../nodes/define.ts';
import type { SocketType } from '../nodes/types.ts';
import { quote } from './check-value.ts';
import type { Catalog } from './graph.ts';
import { nearest } from './nearest.ts';
import type { Workflow } from './schema.ts';
import { fitsInput, typeOfInput } from './types-fit.ts';

/** How sentences call a node: by id, and by its title or else its type. */
export function nodeLabel(workflow: Workflow, id: string): string {
  if (!Object.hasOwn(workflow.nodes, id)) return `node ${quote(id)}`;
  const { title, type } = workflow.nodes[id];
  return `node ${id} (${title === undefined || title === '' ? type : title})`;
}

/** "Did you mean ...?", or else the few names that there are, or nothing. */
export function suggestName(name: string, candidates: readonly string[]): string | undefined {
  const guesses = nearest(name, candidates, 3);
  if (guesses.length > 0) return `Did you mean ${guesses.map(quote).join(' or ')}?`;
  return candidates.length > 0 && candidates.length <= 12 ? `There are ${candidates.map(quote).join(', ')}.` : undefined;
}

/**
 * What could be linked to an input: outputs of the preferred node (the one that was linked) if it has one, else of
 * other nodes in the workflow, else types of nodes to be added.
 */
export function suggestSource(workflow: Workflow, catalog: Catalog, consumer: string, input: InputSpec, preferred?: string): string {
  const own = preferred === undefined ? [] : fittingOutputs(workflow, catalog, preferred, input);
  if (own.length > 0) return `Link it to ${own.join(' or ')} instead.`;
  const others = Object.keys(workflow.nodes).filter((id) => id !== consumer && id !== preferred);
  const found = takeThree(others, (id) => fittingOutputs(workflow, catalog, id, input));
  if (found.length > 0) return `Link it to ${found.join(' or ')}.`;
  const types = takeThree(catalog.values(), (node) =>
    Object.values(node.outputs).some((output) => fitsInput(output.type, input)) ? [node.type] : [],
  );
  const wanted: SocketType = typeOfInput(input);
  return types.length > 0
    ? `Add a node that gives ${wanted}, such as ${types.join(' or ')}, and link to it.`
    : `Link it to a node that gives ${wanted}.`;
}

function fittingOutputs(workflow: Workflow, catalog: Catalog, id: string, input: InputSpec): string[] {
  const node = Object.hasOwn(workflow.nodes, id) ? workflow.nodes[id] : undefined;
  if (node === undefined || node.mode === 'muted') return [];
  return Object.entries(catalog.get(node.type)?.outputs ?? {})
    .filter(([, output]) => fitsInput(output.type, input))
    .map(([name]) => `${name} of ${nodeLabel(workflow, id)}`);
}

function takeThree<T>(items: Iterable<T>, texts: (item: T) => readonly string[]): string[] {
  const found: string[] = [];
  for (const item of items) {
    found.push(...texts(item));
    if (found.length >= 3) break;
  }
  return found.slice(0, 3);
}
