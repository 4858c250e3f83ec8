import { expect, it } from 'vitest';
import { createSeedSequence } from './seed-sequence.ts';

// numpy 2: SeedSequence(entropy, spawn_key=path, pool_size=pool).generate_state(4)[0]
it.each([
  [7n, [], 24, 1376543887],
  [7n, [0, 0], 24, 261727054],
  [9007199254753337n, [1, 1], 24, 2217364678],
  [0n, [5, 3], 24, 2230703150],
  [18446744073709551615n, [8589934593, 33], 24, 3793211110],
  [7n, [], 4, 2083679832],
])('equals numpy for entropy %s, path %j and a pool of %d', (entropy, path, pool, expected) => {
  expect(createSeedSequence(entropy, pool).firstWord(path)).toBe(expected);
});
