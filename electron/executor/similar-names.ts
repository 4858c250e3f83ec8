/** Up to three of `names` that look like `name`, the likest first; letters' case and folders don't count. */
export function similarNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = baseName(name);
  return names
    .map((other) => ({ other, distance: editDistance(wanted, baseName(other)) }))
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ other }) => other);
}

const baseName = (name: string) => name.slice(name.lastIndexOf('/') + 1).toLowerCase();

/** Levenshtein distance: how many characters have to be added, removed or replaced. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replace, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}
