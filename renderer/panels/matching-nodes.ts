import type { NodeDescription } from '../../nodes/define.ts';

/** The nodes of which every word of the query is somewhere in the name, type, aliases or category; by category and title. */
export function matchingNodes(nodes: Iterable<NodeDescription>, query: string): NodeDescription[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = ({ title, type, category, aliases }: NodeDescription) => [title, type, category, ...aliases].join(' ').toLowerCase();
  return [...nodes]
    .filter((node) => words.every((word) => textOf(node).includes(word)))
    .sort((a, b) => rank(a) - rank(b) || a.category.localeCompare(b.category, 'en') || a.title.localeCompare(b.title, 'en'));
}

const order = ['loaders', 'conditioning', 'sampling', 'latent', 'image', 'mask', 'vision'];

/** Categories in the order in which a graph is built. */
function rank({ category }: NodeDescription): number {
  const at = order.indexOf(category.split('/')[0] ?? '');
  return at < 0 ? order.length : at;
}
