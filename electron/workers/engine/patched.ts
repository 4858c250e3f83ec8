import { createHash } from 'node:crypto';
import type { Pause } from '../../../nodes/diffusion/engine.ts';
import { singleFile } from '../../../nodes/diffusion/layouts/single-file.ts';
import { unetPrefix } from '../../../nodes/diffusion/models/unet.ts';
import { fileWeights, readStored } from '../../../nodes/diffusion/models/weights.ts';
import { type StoredTensor, storedRows } from '../../../nodes/diffusion/onnx/graph.ts';
import { type Delta, deltaParts, mapDelta } from '../../../nodes/diffusion/patches/delta.ts';
import {
  type LayerTable,
  textLayers,
  textShapes,
  unetLayers,
  unetShapes,
  type WeightPlace,
} from '../../../nodes/diffusion/patches/layers.ts';
import { madeFor, matchLora } from '../../../nodes/diffusion/patches/lora-file.ts';
import type { Tensor } from '../../../nodes/diffusion/tensor.ts';
import { readTensor, type TensorFile } from '../../../nodes/diffusion/tensor-file.ts';
import type { BlockShares, LoraPatch, ModelWeights, TextEncoderRecipe, WeightsRef } from '../../../nodes/types.ts';
import type { GivenByKeys, ModelFiles } from './model-files.ts';
import { applySteps, type LoadedStep, type Numbers } from './patch-runner.ts';

/** A network whose weights may be changed. */
type PatchedNetwork = {
  readonly weights: WeightsRef;
  /** Gives the file's tensors the names of `shapes`. */
  readonly layout: (file: TensorFile) => TensorFile;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly layers: () => LayerTable;
  readonly patches: readonly (LoraPatch | MergePatch)[];
};

type MergePatch = { readonly kind: 'merge'; readonly with: PatchedNetwork; readonly share: (key: string) => number };

export function unetNetwork({ file, part, config, patches = [] }: ModelWeights): PatchedNetwork {
  return {
    weights: { file, part },
    layout: singleFile,
    shapes: unetShapes(config.unet),
    layers: () => unetLayers(config.unet),
    patches: patches.map((patch) => {
      if (patch.kind === 'lora') return patch;
      return { kind: 'merge', with: unetNetwork(patch.with), share: (key) => blockShare(patch.share, key) };
    }),
  };
}

export function textNetwork({ file, part, config, patches = [] }: TextEncoderRecipe): PatchedNetwork {
  return {
    weights: { file, part },
    layout: (opened) => opened,
    shapes: textShapes(config),
    layers: () => textLayers(config),
    patches: patches.map((patch) => {
      if (patch.kind === 'lora') return patch;
      return { kind: 'merge', with: textNetwork(patch.with), share: () => patch.share };
    }),
  };
}

/** What is outside the blocks counts as the beginning, but for the last layers. */
function blockShare({ input, middle, out }: BlockShares, key: string): number {
  const path = key.slice(unetPrefix.length);
  if (path.startsWith('out')) return out;
  return path.startsWith('middle') ? middle : input;
}

/** The weights of a network after its changes. */
export type Patched = {
  /** Those that are changed. */
  readonly keys: ReadonlySet<string>;
  /** The same for the same changes. */
  readonly id: string;
  /** A weight, changed or not, in the format of `givenType`; float16 numbers are their bits. */
  tensor(key: string): Promise<Numbers>;
};

type OpenStep = { readonly rows?: WeightPlace['rows'] } & (
  | {
      readonly kind: 'delta';
      readonly file: TensorFile;
      readonly delta: Delta<string>;
      readonly strength: number;
      readonly place: WeightPlace;
    }
  | { readonly kind: 'merge'; readonly other: Patched; readonly key: string; readonly share: number }
);

/** Finds out which weights the patches of a network change, and how. Nothing is computed yet. */
export async function openPatched(files: ModelFiles, network: PatchedNetwork): Promise<Patched> {
  const steps = new Map<string, OpenStep[]>();
  const add = (key: string, step: OpenStep) => steps.set(key, [...(steps.get(key) ?? []), step]);
  for (const patch of network.patches) {
    if (patch.kind === 'lora') await addLora(files, network, patch, add);
    else await addMerge(files, network, patch, add);
  }
  const source = fileWeights(network.layout(await files.open(network.weights)));
  const tensor = (key: string) => patchedTensor(source(key, network.shapes.get(key) ?? []), steps.get(key) ?? []);
  return {
    keys: new Set(steps.keys()),
    id: idOf([network.weights, network.patches.map((patch) => describe(patch))]),
    tensor,
  };
}

async function addLora(files: ModelFiles, network: PatchedNetwork, patch: LoraPatch, add: (key: string, step: OpenStep) => void) {
  const file = await files.open({ file: patch.file });
  for (const { place, delta } of matchLora(file, patch.parts, network.layers()).changes) {
    add(place.key, { kind: 'delta', file, delta, strength: patch.strength, place, rows: place.rows });
  }
}

/** The keys of both networks come in the same order, for they have the same layers. */
async function addMerge(files: ModelFiles, network: PatchedNetwork, patch: MergePatch, add: (key: string, step: OpenStep) => void) {
  const other = await openPatched(files, patch.with);
  const otherKeys = [...patch.with.shapes.keys()];
  for (const [index, key] of [...network.shapes.keys()].entries()) {
    const share = patch.share(key);
    if (share !== 1) add(key, { kind: 'merge', other, key: otherKeys[index], share });
  }
}

function describe(patch: LoraPatch | MergePatch): unknown {
  if (patch.kind === 'lora') return [patch.file.fingerprint, patch.strength, patch.parts];
  const shares = [...patch.with.shapes.keys()].map((key) => patch.share(key));
  return [patch.with.weights, patch.with.patches.map(describe), shares];
}

function idOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

/** Where changes touch some rows only, each such part of the rows goes its own way. */
async function patchedTensor(stored: StoredTensor, steps: readonly OpenStep[]): Promise<Numbers> {
  if (steps.length === 0) return readStored(stored);
  const part = steps.find(({ rows }) => rows !== undefined)?.rows?.count;
  if (part === undefined) return patchedBlock(stored, steps, 0);
  const blocks: Numbers[] = [];
  for (let start = 0; start < stored.shape[0]; start += part) {
    const own = steps.filter(({ rows }) => rows === undefined || rows.start === start);
    blocks.push(await patchedBlock(storedRows(stored, start, part), own, start));
  }
  return join(blocks);
}

async function patchedBlock(stored: StoredTensor, steps: readonly OpenStep[], firstRow: number): Promise<Numbers> {
  const base = await readStored(stored);
  if (steps.length === 0) return base;
  const rows = stored.shape[0];
  const rowLength = base.length / rows;
  const loaded: LoadedStep[] = [];
  for (const step of steps) {
    if (step.kind === 'delta') {
      const { file, strength, place } = step;
      loaded.push({
        kind: 'delta',
        delta: await loadDelta(file, step.delta),
        strength,
        shape: madeFor(place),
        transposed: place.transposed ?? false,
      });
    } else {
      const other = widen(await step.other.tensor(step.key));
      loaded.push({ kind: 'merge', share: step.share, other: other.subarray(firstRow * rowLength, (firstRow + rows) * rowLength) });
    }
  }
  return applySteps(base, rows, loaded);
}

async function loadDelta(file: TensorFile, delta: Delta<string>): Promise<Delta<Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const key of deltaParts(delta)) tensors.set(key, await readTensor(file, key));
  return mapDelta(delta, (key) => {
    const found = tensors.get(key);
    if (found === undefined) throw new Error(`${key} was not read`);
    return found;
  });
}

function widen(numbers: Numbers): Float32Array {
  return numbers instanceof Uint16Array ? Float32Array.from(new Float16Array(numbers.buffer, numbers.byteOffset, numbers.length)) : numbers;
}

function join(blocks: readonly Numbers[]): Numbers {
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  const whole = blocks[0] instanceof Uint16Array ? new Uint16Array(length) : new Float32Array(length);
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** The changed weights for a session; undefined where there are none. */
export function givenSource(patched: Patched, pause: Pause = async () => {}): GivenByKeys | undefined {
  if (patched.keys.size === 0) return undefined;
  return {
    id: patched.id,
    keys: patched.keys,
    keysId: idOf([...patched.keys].sort()),
    make: async (keys) => {
      const weights = new Map<string, Numbers>();
      for (const key of keys) {
        await pause(weights.size, keys.size);
        weights.set(key, await patched.tensor(key));
      }
      return weights;
    },
  };
}
