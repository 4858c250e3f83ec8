export type Selection = { readonly start: number; readonly end: number };
export type Weighted = Selection & { readonly text: string };

/** What one key press changes a weight by. */
export const weightStep = 0.05;

/** `(words:1.2)` around the selection exactly, or the selection being `(words:1.2)` itself. */
const weighted = /^\((?<words>[\s\S]*):(?<weight>-?\d+(?:\.\d+)?)\)$/;

/**
 * The text with the weight of the selected words changed, as in `(sunset:1.2)`; the word at the caret where nothing is
 * selected. A weight of 1 needs no brackets and loses them. The same text where there is no word.
 */
export function changeWeight(text: string, selection: Selection, by: number): Weighted {
  const { start, end } = wordsAt(text, selection);
  if (start === end) return { text, ...selection };
  const outer = bracketsAround(text, start, end);
  const found = weighted.exec(text.slice(outer.start, outer.end))?.groups;
  const words = found?.words ?? text.slice(outer.start, outer.end);
  const weight = Math.round((Number(found?.weight ?? 1) + by) * 100) / 100;
  const replaced = weight === 1 ? words : `(${words}:${weight})`;
  const from = outer.start + (weight === 1 ? 0 : 1);
  return { text: text.slice(0, outer.start) + replaced + text.slice(outer.end), start: from, end: from + words.length };
}

function wordsAt(text: string, { start, end }: Selection): Selection {
  if (start !== end) return trimmed(text, start, end);
  const before = /[^\s,().:]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const after = /^[^\s,().:]*/.exec(text.slice(start))?.[0].length ?? 0;
  return { start: start - before, end: start + after };
}

function trimmed(text: string, start: number, end: number): Selection {
  const selected = text.slice(start, end);
  const left = selected.length - selected.trimStart().length;
  return { start: start + left, end: Math.max(start + left, end - (selected.length - selected.trimEnd().length)) };
}

/** The brackets with a weight that close around the words, if they do; else the words. */
function bracketsAround(text: string, start: number, end: number): Selection {
  const rest = /^:-?\d+(?:\.\d+)?\)/.exec(text.slice(end));
  return rest !== null && text[start - 1] === '(' ? { start: start - 1, end: end + rest[0].length } : { start, end };
}
