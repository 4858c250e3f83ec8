import type { NodeDescription } from '../../nodes/define.ts';

/** How well a query matches a text, in 0..1; 0 where its letters are not all there in this order. */
export function matchScore(query: string, text: string): number {
  const wanted = query.toLowerCase();
  const given = text.toLowerCase();
  if (wanted === '') return 1;
  if (given === wanted) return 1;
  if (given.startsWith(wanted)) return 0.95;
  const at = given.indexOf(wanted);
  if (at > 0) return isWordStart(text, at) ? 0.9 : 0.75;
  return scattered(wanted, given, text);
}

/** Letters one by one: those that begin words and those that follow each other count more. */
function scattered(wanted: string, given: string, text: string): number {
  let points = 0;
  let last = -1;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    const starts = wordStart(given, text, letter, last + 1);
    const at = given[last + 1] === letter ? last + 1 : starts >= 0 ? starts : given.indexOf(letter, last + 1);
    if (at < 0) return 0;
    points += at === last + 1 || isWordStart(text, at) ? 1 : 0.3;
    last = at;
  }
  return 0.7 * (points / wanted.length) ** 2;
}

function wordStart(given: string, text: string, letter: string, from: number): number {
  for (let at = given.indexOf(letter, from); at >= 0; at = given.indexOf(letter, at + 1)) if (isWordStart(text, at)) return at;
  return -1;
}

function isWordStart(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text[at - 1];
  return /[^\p{L}\p{N}]/u.test(before) || (/\p{Ll}|\p{N}/u.test(before) && /\p{Lu}/u.test(text[at]));
}

/** How well a query matches a node by each thing that people may know of it; names count more than texts. */
function nodeScore(query: string, node: NodeDescription): number {
  const words = query.trim();
  if (words === '') return 1;
  const names = Math.max(matchScore(words, node.title), matchScore(words, node.type) * 0.98);
  const aliases = Math.max(0, ...node.aliases.map((alias) => matchScore(words, alias))) * 0.9;
  const category = matchScore(words, node.category) * 0.6;
  const description = node.description.toLowerCase().includes(words.toLowerCase()) ? 0.4 : 0;
  return Math.max(names, aliases, category, description, everyWord(words, node) * 0.55);
}

/** 1 if each of several words is somewhere. */
function everyWord(words: string, node: NodeDescription): number {
  const all = [node.title, node.type, node.category, node.description, ...node.aliases].join(' ').toLowerCase();
  const parts = words.toLowerCase().split(/\s+/);
  return parts.length > 1 && parts.every((part) => all.includes(part)) ? 1 : 0;
}

/** The nodes that match, best first; all of them in their order for an empty query. */
export function rankNodes(query: string, nodes: readonly NodeDescription[]): NodeDescription[] {
  const least = 0.2;
  return nodes
    .map((node) => ({ node, score: nodeScore(query, node) }))
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.score - a.score)
    .map(({ node }) => node);
}
