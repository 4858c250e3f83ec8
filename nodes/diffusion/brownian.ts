import { createGenerator } from './noise.ts';
import { createSeedSequence } from './seed-sequence.ts';

/** A Brownian path over an interval: its value at `time`, which is 0 at the interval's start. */
export type BrownianPath = (time: number) => Float32Array;

/** Times are rounded to this many decimals, so that halving an interval reaches each of them in the end. */
const decimals = 6;
const poolSize = 24;

/**
 * A path of Brownian motion from `start` to `end`, fixed by its seed and the same for whatever times are asked,
 * value for value that of torchsde's BrownianTree with a tolerance of 1e-6: an interval's increment is split at its
 * middle by a Brownian bridge, whose noise comes from a generator seeded by the place in the tree.
 */
export function createBrownianPath(options: { seed: bigint; shape: readonly number[]; start: number; end: number }): BrownianPath {
  const { seed, shape } = options;
  const start = roundTime(options.start);
  const end = roundTime(options.end);
  const seeds = createSeedSequence(seed, poolSize);
  const root = createGenerator(BigInt(seeds.firstWord([]))).randn(shape).data;

  const walk = (wanted: number): Float32Array => {
    const value = new Float32Array(root.length);
    const scale = Math.fround(Math.sqrt(end - start));
    const increment = root.map((z) => z * scale);
    let [left, right, key, depth] = [start, end, 0, 0];
    while (wanted !== left && wanted !== right) {
      const middle = roundTime((left + right) / 2);
      const noise = createGenerator(BigInt(seeds.firstWord([key, depth]))).randn(shape).data;
      splitIncrement(increment, noise, middle - left, right - middle);
      // `noise` now holds the left half's increment and `increment` the right half's.
      if (wanted < middle) {
        increment.set(noise);
        [right, key] = [middle, 2 * key];
      } else {
        addTo(value, noise);
        [left, key] = [middle, 2 * key + 1];
      }
      depth++;
    }
    if (wanted === right) addTo(value, increment);
    return value;
  };

  // A sampler asks for each level twice: as the end of one step and as the start of the next.
  const recent = new Map<number, Float32Array>();
  return (time) => {
    const wanted = roundTime(Math.min(Math.max(time, start), end));
    const value = recent.get(wanted) ?? walk(wanted);
    recent.delete(wanted);
    recent.set(wanted, value);
    const [oldest] = recent.keys();
    if (recent.size > 4) recent.delete(oldest);
    return value;
  };
}

/** The noise of a step between two times, scaled to a standard deviation of 1; seen against the path where `from` > `to`. */
export function brownianIncrement(path: BrownianPath, from: number, to: number): Float32Array {
  const start = path(from);
  const scale = 1 / Math.sqrt(Math.abs(to - from));
  return path(to).map((value, i) => (value - start[i]) * scale);
}

/** The bridge: turns (whole increment, noise) into (right increment, left increment) in place. */
function splitIncrement(whole: Float32Array, noise: Float32Array, leftLength: number, rightLength: number): void {
  const share = leftLength / (leftLength + rightLength);
  const deviation = Math.sqrt((leftLength * rightLength) / (leftLength + rightLength));
  for (let i = 0; i < whole.length; i++) {
    noise[i] = share * whole[i] + deviation * noise[i];
    whole[i] -= noise[i];
  }
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}

function roundTime(time: number): number {
  return Number(time.toFixed(decimals));
}
