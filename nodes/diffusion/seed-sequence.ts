/** Seeds for the nodes of a tree, all from one number. */
export type SeedSequence = {
  /** The first 32-bit word of the state for a node: `SeedSequence(entropy, spawn_key=path).generate_state(n)[0]`. */
  firstWord(path: readonly number[]): number;
};

/**
 * numpy's SeedSequence, after O'Neill's seed_seq: mixes `entropy` (any non-negative integer) into a pool of words,
 * and each path, a list of non-negative integers, into a copy of it.
 */
export function createSeedSequence(entropy: bigint, poolSize: number): SeedSequence {
  const words = wordsOf(entropy);
  const pool = new Uint32Array(poolSize);
  const hash = createHash(0x43b0d7e5, 0x931e8875);
  for (let i = 0; i < poolSize; i++) pool[i] = hash.next(words[i] ?? 0);
  for (let from = 0; from < poolSize; from++) {
    for (let to = 0; to < poolSize; to++) {
      if (from !== to) pool[to] = mix(pool[to], hash.next(pool[from]));
    }
  }
  absorb(pool, hash, words.slice(poolSize));

  return {
    firstWord(path) {
      const own = pool.slice();
      absorb(
        own,
        hash.fork(),
        path.flatMap((part) => wordsOf(BigInt(part))),
      );
      return createHash(0x8b51f9dd, 0x58f38ded).next(own[0]);
    },
  };
}

function absorb(pool: Uint32Array, hash: Hash, words: readonly number[]): void {
  for (const word of words) {
    for (let to = 0; to < pool.length; to++) pool[to] = mix(pool[to], hash.next(word));
  }
}

type Hash = { next(value: number): number; fork(): Hash };

/** A multiplicative hash whose constant changes with each use. */
function createHash(start: number, multiplier: number): Hash {
  let constant = start;
  return {
    next(value) {
      const mixed = value ^ constant;
      constant = Math.imul(constant, multiplier);
      const product = Math.imul(mixed, constant);
      return (product ^ (product >>> 16)) >>> 0;
    },
    fork: () => createHash(constant, multiplier),
  };
}

function mix(x: number, y: number): number {
  const result = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
  return (result ^ (result >>> 16)) >>> 0;
}

/** The 32-bit words of an integer, lowest first; 0 is one word. */
function wordsOf(value: bigint): number[] {
  const words: number[] = [];
  for (let rest = value; rest > 0n || words.length === 0; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return words;
}
