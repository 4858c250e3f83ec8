import { elementCount, sliceBatch, type Tensor, zeros } from './tensor.ts';

const stateSize = 624;
const shiftSize = 397;

/**
 * A stream of standard normal numbers, identical to torch's generator on the CPU.
 * Stateful: each call goes on where the last one stopped.
 */
export type Generator = {
  /** `torch.randn(shape)`: float32 values of mean 0 and variance 1. */
  randn(shape: readonly number[]): Tensor;
};

/** A generator as after `torch.manual_seed(seed)`. Only the low 32 bits of the seed count. */
export function createGenerator(seed: bigint): Generator {
  const random = mersenneTwister(Number(BigInt.asUintN(32, seed)));
  const oneByOne = normalOneByOne(random);
  return {
    randn(shape) {
      const result = zeros(shape);
      if (elementCount(shape) < blockSize) oneByOne(result.data);
      else normalInBlocks(random, result.data);
      return result;
    },
  };
}

/**
 * The noise that sampling starts from, for latents of the given shape [B, C, h, w].
 * Without `batchIndex` it is one draw over the whole batch. With it, items are drawn one after another
 * and item i gets draw number `batchIndex[i]`, so that a picture taken out of a batch keeps its noise.
 */
export function initialNoise(shape: readonly number[], seed: bigint, batchIndex?: readonly number[]): Tensor {
  const generator = createGenerator(seed);
  if (batchIndex === undefined) return generator.randn(shape);
  const itemShape = [1, ...shape.slice(1)];
  const result = zeros(shape);
  const last = Math.max(...batchIndex);
  for (let draw = 0; draw <= last; draw++) {
    const item = generator.randn(itemShape);
    batchIndex.forEach((wanted, place) => {
      if (wanted === draw) sliceBatch(result, place, place + 1).data.set(item.data);
    });
  }
  return result;
}

/**
 * MT19937 of Matsumoto and Nishimura (1998), seeded by its `init_genrand`.
 * Returns a function that draws the next integer in 0..2^32-1.
 */
function mersenneTwister(seed: number): () => number {
  const state = new Int32Array(stateSize);
  state[0] = seed;
  for (let i = 1; i < stateSize; i++) {
    const previous = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  let position = stateSize;

  return () => {
    if (position === stateSize) {
      twist(state);
      position = 0;
    }
    let y = state[position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  };
}

function twist(state: Int32Array): void {
  for (let i = 0; i < stateSize; i++) {
    const next = i + 1 === stateSize ? 0 : i + 1;
    const far = i + shiftSize < stateSize ? i + shiftSize : i + shiftSize - stateSize;
    const y = (state[i] & 0x80000000) | (state[next] & 0x7fffffff);
    state[i] = state[far] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}

/** torch turns 8 pairs at a time; tensors smaller than a block are drawn in another way. */
const blockSize = 16;
const half = blockSize / 2;
const twoPi = Math.fround(2 * Math.PI);

/**
 * Box and Muller (1958), in blocks of 16: uniforms of 24 bits fill the whole array first; in each block the first
 * eight give radii and the last eight angles. A tail is covered by drawing the last 16 values once more.
 */
function normalInBlocks(random: () => number, data: Float32Array): void {
  const uniform = () => (random() & 0xffffff) / 0x1000000;
  for (let i = 0; i < data.length; i++) data[i] = uniform();
  const tail = data.length % blockSize;
  for (let start = 0; start < data.length - tail; start += blockSize) transformBlock(data, start);
  if (tail > 0) {
    const start = data.length - blockSize;
    for (let i = start; i < data.length; i++) data[i] = uniform();
    transformBlock(data, start);
  }
}

function transformBlock(data: Float32Array, start: number): void {
  for (let i = start; i < start + half; i++) {
    // 1 - u is in (0, 1], where the logarithm is finite. torch rounds each step to float32; the angle's rounding shows most.
    const radius = Math.fround(Math.sqrt(Math.fround(-2 * Math.fround(Math.log(1 - data[i])))));
    const angle = Math.fround(twoPi * data[i + half]);
    data[i] = radius * Math.cos(angle);
    data[i + half] = radius * Math.sin(angle);
  }
}

/** Box and Muller in double precision; the second number of each pair is kept for the next value, across calls too. */
function normalOneByOne(random: () => number): (data: Float32Array) => void {
  let kept: number | undefined;
  const uniform = () => {
    const high = random();
    const low = random();
    // The low 53 bits of the 64.
    return ((high & 0x1fffff) * 2 ** 32 + low) * 2 ** -53;
  };
  const next = () => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    const angle = 2 * Math.PI * uniform();
    const radius = Math.sqrt(-2 * Math.log1p(-uniform()));
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return (data) => {
    for (let i = 0; i < data.length; i++) data[i] = next();
  };
}
