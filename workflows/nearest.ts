/** Longer names are no typing mistakes, and comparing them would take long. */
const maxLength = 200;

/**
 * The candidates that one may have meant by `name`, nearest first: those with at most one wrong letter in three
 * (ignoring case) and those that contain it or are contained in it.
 */
export function nearest(name: string, candidates: Iterable<string>, count = 1): string[] {
  if (name.length === 0 || name.length > maxLength) return [];
  const wanted = name.toLowerCase();
  const scored: { candidate: string; score: number }[] = [];
  for (const candidate of candidates) {
    if (candidate.length > maxLength) continue;
    const score = likeness(wanted, candidate.toLowerCase());
    if (score !== undefined) scored.push({ candidate, score });
  }
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** 0 = equal; undefined = not alike. */
function likeness(a: string, b: string): number | undefined {
  const errors = distance(a, b) / Math.max(a.length, b.length);
  if (errors <= 1 / 3) return errors;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 3 && long.includes(short) ? 1 : undefined;
}

/**
 * How many letters must be put in, left out, changed or swapped with their neighbour to make one text of the other
 * (optimal string alignment distance).
 */
function distance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 0; row < a.length; row++) {
    const current = [row + 1];
    for (let column = 0; column < b.length; column++) {
      const change = previous[column] + (a[row] === b[column] ? 0 : 1);
      const swapped = row > 0 && column > 0 && a[row] === b[column - 1] && a[row - 1] === b[column];
      const swap = swapped ? beforePrevious[column - 1] + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(change, swap, previous[column + 1] + 1, current[column] + 1));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length];
}
