import { type GraphBuilder, type StoredTensor, storedRows, type Value, type WeightSource } from '../onnx/graph.ts';
import { type Int8Source, int8Conv, int8Linear } from '../onnx/int8.ts';
import type { Operators } from '../onnx/operators.ts';
import type { Tile } from '../onnx/winograd.ts';

type ConvSizes = {
  readonly in: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  /** Top, left, bottom, right; half the kernel on each side unless told otherwise. */
  readonly pads?: readonly [number, number, number, number];
  /** True unless told otherwise. */
  readonly bias?: boolean;
  /** For kernels of 3 that keep the size: how large a square may be computed with fewer multiplications (see winograd.ts). */
  readonly tile?: Tile;
};

/** Layers with weights, named by the keys of a checkpoint. A key is the layer's path without `.weight` and `.bias`. */
export class Layers {
  readonly graph: GraphBuilder;
  readonly operators: Operators;
  readonly #weights: WeightSource;
  readonly #int8: Int8Source;

  /** Weights that are there in 8 bits are used as such. */
  constructor(graph: GraphBuilder, operators: Operators, weights: WeightSource, int8: Int8Source = () => undefined) {
    this.graph = graph;
    this.operators = operators;
    this.#weights = weights;
    this.#int8 = int8;
  }

  /** A small tensor of a key as a value of the graph, of the dims `dims`. */
  tensor(key: string, shape: readonly number[], dims: readonly number[] = shape): Value {
    return this.#weight(this.#weights(key, shape), dims, 'constant');
  }

  #weight(stored: StoredTensor, dims: readonly number[], keep: 'constant' | 'streamed'): Value {
    return this.graph.weight(stored, dims, keep, this.operators.precision);
  }

  /** A float32 input of the graph in the precision that it computes in. */
  enter(x: Value): Value {
    return this.operators.precision === 'float32' ? x : this.graph.cast(x, this.operators.precision);
  }

  /** What the graph computed as float32, for an output. */
  leave(x: Value): Value {
    return this.operators.precision === 'float32' ? x : this.graph.cast(x, 'float32');
  }

  #matrix(stored: StoredTensor, sizes: { in: number; out: number }): Value {
    return this.#weight(stored, [sizes.out, sizes.in], this.#keptMatrix(sizes));
  }

  #keptMatrix(sizes: { in: number; out: number }): 'constant' | 'streamed' {
    return sizes.in * sizes.out > this.operators.streamAbove.linear ? 'streamed' : 'constant';
  }

  /** x [..., in] to [..., out] by a weight [out, in]. */
  linear(x: Value, key: string, sizes: { in: number; out: number; bias: boolean }): Value {
    const bias = sizes.bias ? this.tensor(`${key}.bias`, [sizes.out]) : undefined;
    const int8 = this.#int8(`${key}.weight`);
    if (int8 !== undefined) return int8Linear(this.graph, x, int8, bias);
    const weight = this.#matrix(this.#weights(`${key}.weight`, [sizes.out, sizes.in]), sizes);
    return this.operators.linear(this.graph, x, weight, bias, sizes);
  }

  /** A 1x1 convolution over a sequence [B, T, in]: a linear layer with a weight stored as [out, in, 1, 1]. */
  pointwise(x: Value, key: string, sizes: { in: number; out: number }): Value {
    const bias = this.tensor(`${key}.bias`, [sizes.out]);
    const int8 = this.#int8(`${key}.weight`);
    if (int8 !== undefined) return int8Linear(this.graph, x, int8, bias);
    const weight = this.#matrix(this.#weights(`${key}.weight`, [sizes.out, sizes.in, 1, 1]), sizes);
    return this.operators.linear(this.graph, x, weight, bias, sizes);
  }

  /** Query, key and value from one fused layer whose weight is [3 width, width], in that order. */
  fusedProjections(x: Value, key: string, width: number): readonly Value[] {
    const weight = this.#weights(`${key}_weight`, [3 * width, width]);
    const bias = this.#weights(`${key}_bias`, [3 * width]);
    return [0, 1, 2].map((part) => {
      const rows = this.#matrix(storedRows(weight, part * width, width), { in: width, out: width });
      const offsets = this.#weight(storedRows(bias, part * width, width), [width], 'constant');
      return this.operators.linear(this.graph, x, rows, offsets, { in: width, out: width });
    });
  }

  /**
   * Into how many parts a sequence is cut before this layer makes it many times as wide, so that what follows stays in the processor's
   * cache: parts of 512 positions for latents of 64x64, where `level` says how often the picture was halved. One where ONNX Runtime
   * packs the weight when it loads the graph: it does so anew for every node that the weight goes into.
   */
  sequenceParts(key: string, sizes: { in: number; out: number; level: number }): number {
    const isPacked = this.#int8(`${key}.weight`) !== undefined || this.#keptMatrix(sizes) === 'constant';
    return isPacked ? 1 : Math.max(1, Math.floor(8 / 4 ** sizes.level));
  }

  /** What `compute` makes of x [B, T, C], position by position; computed in `count` parts, which are empty where there are fewer positions. */
  inParts(x: Value, count: number, compute: (part: Value) => Value): Value {
    if (count === 1) return compute(x);
    const { graph } = this;
    const length = graph.node('Shape', [x], { attributes: { start: 1, end: 2 } });
    // The sum of floor((length + i) / count) over all parts i is the length.
    const lengths = graph.node('Div', [graph.node('Add', [length, graph.ints([...Array(count).keys()])]), graph.ints([count])]);
    const parts = graph.split('Split', [x, lengths], count, { attributes: { axis: 1 } });
    return graph.node('Concat', parts.map(compute), { attributes: { axis: 1 } });
  }

  conv(x: Value, key: string, { in: input, out, kernel, stride = 1, pads, bias = true, tile }: ConvSizes): Value {
    const offset = bias ? this.tensor(`${key}.bias`, [out]) : undefined;
    const int8 = this.#int8(`${key}.weight`);
    if (int8 !== undefined && stride === 1) return int8Conv(this.graph, x, int8, offset, { out, kernel });
    const whole = this.#weights(`${key}.weight`, [out, input, kernel, kernel]);
    const keep = out * input * kernel * kernel > this.operators.streamAbove.conv ? 'streamed' : 'constant';
    const weights = partsOf(out, this.operators.convParts({ in: input, out, tile })).map(({ start, count }) =>
      this.#weight(storedRows(whole, start, count), [count, input, kernel, kernel], keep),
    );
    const side = (kernel - 1) / 2;
    const sizes = { in: input, out, kernel, stride, pads: pads ?? ([side, side, side, side] as const), tile };
    return this.operators.conv(this.graph, x, weights, offset, sizes);
  }

  layerNorm(x: Value, key: string, width: number): Value {
    const inputs = [x, this.tensor(`${key}.weight`, [width]), this.tensor(`${key}.bias`, [width])];
    return this.graph.node('LayerNormalization', inputs, { attributes: { axis: -1, epsilon: { float: 1e-5 } } });
  }

  groupNorm(x: Value, key: string, sizes: { groups: number; channels: number; epsilon: number }): Value {
    const weight = this.tensor(`${key}.weight`, [sizes.channels], [sizes.channels, 1, 1]);
    const bias = this.tensor(`${key}.bias`, [sizes.channels], [sizes.channels, 1, 1]);
    return this.operators.groupNorm(this.graph, x, weight, bias, sizes);
  }

  silu(x: Value): Value {
    return this.operators.silu(this.graph, x);
  }

  add(a: Value, b: Value): Value {
    return this.graph.node('Add', [a, b]);
  }

  /** x [B, ...] of `rank` dimensions as many times, one behind the other, as it fits into the batch of `like` [n B, ...]. */
  repeat(x: Value, like: Value, rank: number): Value {
    const [count, wanted] = [x, like].map((value) => this.graph.node('Shape', [value], { attributes: { start: 0, end: 1 } }));
    const ones = this.graph.ints(new Array<number>(rank - 1).fill(1));
    const repeats = this.graph.node('Concat', [this.graph.node('Div', [wanted, count]), ones], { attributes: { axis: 0 } });
    return this.graph.node('Tile', [x, repeats]);
  }

  /** Pictures [B, C, H, W] to [B, C, factor H, factor W]: each pixel becomes a square of pixels. */
  enlarge(x: Value, factor: number): Value {
    const scales = this.graph.floats(Float32Array.of(1, 1, factor, factor), [4]);
    const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    return this.graph.node('Resize', [x, undefined, scales], { attributes });
  }

  /** Pictures [B, C, H, W] to sequences [B, H W, C]. */
  flatten(x: Value, channels: number): Value {
    const rows = this.graph.node('Reshape', [x, this.graph.ints([0, channels, -1])]);
    return this.graph.node('Transpose', [rows], { attributes: { perm: [0, 2, 1] } });
  }

  /** Sequences [B, H W, C] back to the shape of the picture `like` [B, C, H, W]. */
  unflatten(x: Value, like: Value): Value {
    const rows = this.graph.node('Transpose', [x], { attributes: { perm: [0, 2, 1] } });
    return this.graph.node('Reshape', [rows, this.graph.node('Shape', [like])]);
  }
}

/** Rows cut into parts of about the same size. */
function partsOf(rows: number, parts: number): readonly { start: number; count: number }[] {
  const bounds = Array.from({ length: parts + 1 }, (_, part) => Math.round((part * rows) / parts));
  return bounds.slice(1).map((end, part) => ({ start: bounds[part], count: end - bounds[part] }));
}
