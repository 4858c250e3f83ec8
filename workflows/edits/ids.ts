const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A number in 0..1, as Math.random gives. */
export type Random = () => number;

/**
 * A short id that is not taken. Random ones: an id that was deleted, and what is remembered of it, isn't met again.
 */
export function freshId(isTaken: (id: string) => boolean, random: Random = Math.random): string {
  for (let length = 5; ; length++) {
    const letters = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]);
    const id = `n${letters.join('')}`;
    if (!isTaken(id)) return id;
  }
}
