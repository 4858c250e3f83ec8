/**
 * How one axis is resampled: output i is the sum of `weights[j]` times input `starts[i] + j - offsets[i]`
 * over j from `offsets[i]` to `offsets[i + 1]`.
 */
export type AxisWeights = {
  readonly starts: Int32Array;
  readonly offsets: Int32Array;
  readonly weights: Float64Array;
};

export type Taps = { readonly start: number; readonly weights: readonly number[] };

export type TorchMethod = 'nearest-exact' | 'bilinear' | 'area' | 'bicubic';

/** The weights with which torch.nn.functional.interpolate resamples an axis (align_corners and antialias false). */
export function torchWeights(method: TorchMethod, from: number, to: number): AxisWeights {
  // torch computes positions in single precision, which decides which neighbour is nearest.
  const scale = Math.fround(from / to);
  switch (method) {
    case 'nearest-exact':
      return collectTaps(to, (i) => ({ start: Math.min(Math.floor(Math.fround((i + 0.5) * scale)), from - 1), weights: [1] }));
    case 'bilinear':
      return collectTaps(to, (i) => bilinearTaps(position(i, scale), from));
    case 'bicubic':
      return collectTaps(to, (i) => cubicTaps(position(i, scale), from));
    case 'area':
      return collectTaps(to, (i) => areaTaps(i, from, to));
  }
}

/** The weights of Pillow's Lanczos resampling (three lobes, widened when shrinking), before its rounding. */
export function lanczosWeights(from: number, to: number): AxisWeights {
  return widenedWeights(lanczos3, 3, from, to);
}

/** The weights of bicubic resampling that widens when shrinking: torch's with antialias true, and Pillow's before its rounding. */
export function smoothCubicWeights(from: number, to: number): AxisWeights {
  return widenedWeights((x) => cubic(x, -0.5), 2, from, to);
}

/** A kernel that is 0 beyond `reach`, widened by the scale when shrinking, cut off at the edges. */
function widenedWeights(kernel: (x: number) => number, reach: number, from: number, to: number): AxisWeights {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = reach * stretch;
  return collectTaps(to, (i) => {
    const centre = (i + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), from);
    const raw = Array.from({ length: end - start }, (_, k) => kernel((start + k - centre + 0.5) / stretch));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { start, weights: raw.map((weight) => weight / sum) };
  });
}

/** Where output i lies among the inputs, whose centres are 0, 1, 2, ... */
function position(i: number, scale: number): number {
  return Math.fround(scale * (i + 0.5) - 0.5);
}

/** The weights of an axis of `count` outputs from each output's own taps. */
export function collectTaps(count: number, tapsOf: (index: number) => Taps): AxisWeights {
  const taps = Array.from({ length: count }, (_, index) => tapsOf(index));
  const offsets = new Int32Array(count + 1);
  for (const [index, { weights }] of taps.entries()) offsets[index + 1] = offsets[index] + weights.length;
  return {
    starts: Int32Array.from(taps, ({ start }) => start),
    offsets,
    weights: Float64Array.from(taps.flatMap(({ weights }) => weights)),
  };
}

function bilinearTaps(at: number, from: number): Taps {
  const clamped = Math.max(at, 0);
  const start = Math.min(Math.floor(clamped), from - 1);
  const fraction = clamped - start;
  return start + 1 < from ? { start, weights: [1 - fraction, fraction] } : { start, weights: [1] };
}

/** Four taps with a = -0.75; edges are repeated. */
function cubicTaps(at: number, from: number): Taps {
  const first = Math.floor(at) - 1;
  const start = Math.min(Math.max(first, 0), from - 1);
  const end = Math.min(Math.max(first + 3, 0), from - 1);
  const weights = new Array<number>(end - start + 1).fill(0);
  for (let tap = first; tap < first + 4; tap += 1) {
    weights[Math.min(Math.max(tap, 0), from - 1) - start] += cubic(at - tap, -0.75);
  }
  return { start, weights };
}

/** Keys 1981, "Cubic convolution interpolation for digital image processing". */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

function areaTaps(i: number, from: number, to: number): Taps {
  const start = Math.floor((i * from) / to);
  const length = Math.ceil(((i + 1) * from) / to) - start;
  return { start, weights: new Array<number>(length).fill(1 / length) };
}

function lanczos3(x: number): number {
  return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
