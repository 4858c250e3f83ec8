/** A loaded network in the order of last use, the one used longest ago first. */
export type Held = { readonly key: string; readonly bytes: number };

/**
 * Which networks have to go before `needed` more bytes fit into the budget: those used longest ago, and no more than necessary.
 * All of them where that is still not enough; the network in question is then tried alone.
 */
export function networksToDrop(held: readonly Held[], needed: number, budgetBytes: number): readonly string[] {
  const drop: string[] = [];
  let total = needed + held.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { key, bytes } of held) {
    if (total <= budgetBytes) return drop;
    drop.push(key);
    total -= bytes;
  }
  return drop;
}
