import { type Delta, deltaParts, doraAxis, mapDelta, matrixParts, rankOf } from '../../../nodes/diffusion/patches/delta.ts';
import { type PatchStep, stepInput, writePatchGraph } from '../../../nodes/diffusion/patches/patch-graph.ts';
import type { Tensor } from '../../../nodes/diffusion/tensor.ts';
import { elementCount, tensor } from '../../../nodes/diffusion/tensor.ts';
import { createNetwork, type Feeds, type Network } from '../runtime.ts';

/** Numbers of a weight: float16 ones are their bits. */
export type Numbers = Float32Array | Uint16Array;

/** One change of a weight, with its numbers. `shape` is the weight's as the delta sees it. */
export type LoadedStep =
  | {
      readonly kind: 'delta';
      readonly delta: Delta<Tensor>;
      readonly strength: number;
      readonly shape: readonly number[];
      readonly transposed: boolean;
    }
  /** `share` of the weight stays, the rest is of `other`. */
  | { readonly kind: 'merge'; readonly share: number; readonly other: Float32Array };

const networks = new Map<string, Promise<Network>>();

/** Takes the weight `base`, whose first dimension is `rows`, through the steps; the result is in the format of `base`. */
export async function applySteps(base: Numbers, rows: number, steps: readonly LoadedStep[]): Promise<Numbers> {
  const type = base instanceof Uint16Array ? 'float16' : 'float32';
  const forms = steps.map(formOf);
  const id = JSON.stringify([type, forms]);
  // They hold no weights, and there are few: one for each way in which weights change.
  const network = networks.get(id) ?? createNetwork(writePatchGraph(forms, type), { provider: 'cpu', keepsBuffers: false });
  networks.set(id, network);
  const shape = [rows, base.length / rows];
  const feeds: Record<string, Feeds[string]> = { base: base instanceof Uint16Array ? { data: base, shape } : { data: base, shape } };
  for (const [index, step] of steps.entries()) Object.assign(feeds, stepFeeds(step, index, shape));
  return (await (await network).runFor(feeds)).data;
}

function formOf(step: LoadedStep): PatchStep {
  if (step.kind === 'merge') return { kind: 'merge' };
  const { delta, shape, transposed } = step;
  const axis = delta.dora && doraAxis(delta.dora.shape, shape);
  return { kind: 'delta', delta: mapDelta(delta, () => null), ...(axis === undefined ? {} : { axis }), transposed };
}

function stepFeeds(step: LoadedStep, index: number, shape: readonly number[]): Feeds {
  if (step.kind === 'merge') {
    return { [stepInput(index, 'share')]: scalar(step.share), [stepInput(index, 'other')]: tensor(step.other, shape) };
  }
  const { delta } = step;
  const feeds: Record<string, Tensor> = {};
  const cores = new Set(delta.matrices.flatMap((matrix) => (matrix.kind === 'core' ? [matrix.core] : [])));
  const factors = new Set(delta.matrices.flatMap(matrixParts));
  for (const [part, value] of deltaParts(delta).entries()) {
    const { data } = value;
    if (cores.has(value))
      feeds[stepInput(index, part)] = tensor(data, [value.shape[0], value.shape[1], elementCount(value.shape.slice(2))]);
    else if (factors.has(value)) feeds[stepInput(index, part)] = tensor(data, [value.shape[0] ?? 1, data.length / (value.shape[0] ?? 1)]);
    else if (value === delta.dora) feeds[stepInput(index, part)] = tensor(data, [1, data.length, 1]);
  }
  if (delta.form === 'set') return feeds;
  return { ...feeds, [stepInput(index, 'scale')]: scalar(scaleOf(delta)), [stepInput(index, 'strength')]: scalar(step.strength) };
}

/** alpha / rank; 1 where the file tells no alpha, or where nothing has a rank. */
function scaleOf(delta: Delta<Tensor>): number {
  const rank = rankOf(mapDelta(delta, ({ shape }) => shape));
  return delta.alpha === undefined || rank === undefined ? 1 : delta.alpha.data[0] / rank;
}

function scalar(value: number): Tensor {
  return tensor(Float32Array.of(value), []);
}
