/** Deals items out in order, into groups of at most `size` neighbours of the same `kind`. */
export function groupNeighbours<T>(items: readonly T[], size: number, kind: (item: T) => string): T[][] {
  const groups: T[][] = [];
  for (const item of items) {
    const group = groups.at(-1);
    if (group !== undefined && group.length < size && kind(group[0]) === kind(item)) group.push(item);
    else groups.push([item]);
  }
  return groups;
}
