import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelConfig } from '../../../nodes/diffusion/config.ts';
import { unetPrefix } from '../../../nodes/diffusion/models/unet.ts';
import { unetParts } from '../../../nodes/diffusion/patches/check-lora.ts';
import { writeSafetensors } from '../../../nodes/diffusion/safetensors.ts';
import type { Tensor } from '../../../nodes/diffusion/tensor.ts';
import type { BlockShares, ModelPatch, ModelWeights } from '../../../nodes/types.ts';
import * as exact from '../../../test/fixtures/exact-lora.ts';
import { sd1 } from '../../../test/fixtures/full-size.ts';
import { context, conv, type Kind, kinds, linear, number, out, random } from '../../../test/fixtures/lora-kinds.ts';
import { randomWeights, smallSd1 } from '../../../test/fixtures/random-network.ts';
import { createEngine } from '../engine.ts';
import { ModelFiles } from './model-files.ts';
import { openPatched, unetNetwork } from './patched.ts';

/** The networks with weights that ONNX Runtime has loaded: those that change weights have none of their own. */
const loaded = vi.hoisted((): number[] => []);
vi.mock('../runtime.ts', async (original) => {
  const runtime = await original<typeof import('../runtime.ts')>();
  const createNetwork: typeof runtime.createNetwork = (graph, options) => {
    if (graph.weightBytes > 0) loaded.push(graph.weightBytes);
    return runtime.createNetwork(graph, options);
  };
  return { ...runtime, createNetwork };
});

let folder: string;
const base = randomWeights(smallSd1, 'unet', 1n);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-patched-'));
  await writeSafetensors(join(folder, 'base'), base);
});
afterAll(() => rm(folder, { recursive: true }));

const refer = (name: string) => ({ name, path: join(folder, name), fingerprint: name });
const config: ModelConfig = { family: 'sd1', unet: smallSd1, vae: sd1.vae, schedule: sd1.schedule };
const weights = (patches: readonly ModelPatch[], file = 'base'): ModelWeights => ({ file: refer(file), config, patches });
const lora = (name: string, strength = 1): ModelPatch => ({ kind: 'lora', file: refer(name), strength, parts: unetParts });

const weightOf = (layer: string) => base.get(`${unetPrefix}${layer}.weight`) ?? number(0);
function exactly({ layer, tensors, delta, prefix, scale, dora }: Kind, strength: number, weight = weightOf(layer)): Tensor {
  const get = (name: string) => tensors[`${prefix}${name}`] ?? tensors[`${prefix}${name}.weight`];
  const lengths = dora === undefined ? undefined : { axis: dora, data: tensors.dora_scale.data };
  return exact.changed(weight, delta(get), { scale, strength, lengths });
}

const named = ({ layer, tensors }: Pick<Kind, 'layer' | 'tensors'>) =>
  Object.entries(tensors).map(([name, value]): [string, Tensor] => [`lora_unet_${layer.replaceAll('.', '_')}.${name}`, value]);

async function patched(patches: readonly ModelPatch[], layer: string): Promise<Float32Array | Uint16Array> {
  const opened = await openPatched(new ModelFiles(), unetNetwork(weights(patches)));
  return opened.tensor(`${unetPrefix}${layer}`);
}

function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const size = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, index) => Math.abs(value - actual[index]))) / size;
}

const step = {
  x: random(2, 4, 8, 8),
  timestep: Float32Array.of(100, 900),
  context: random(2, 5, context),
};

describe('the weights of a model with a LoRA', () => {
  it.each(kinds)('are what its formula gives: $name', async (kind) => {
    await writeSafetensors(join(folder, kind.name), new Map(named(kind)));
    for (const strength of [1, 0.7, -0.5]) {
      const actual = await patched([lora(kind.name, strength)], `${kind.layer}.weight`);
      expect(largestError(actual, exactly(kind, strength).data)).toBeLessThan(2e-6);
    }
  });

  it('add up where several LoRAs follow each other', async () => {
    const [first, second] = [kinds[0], kinds[4]];
    const expected = exactly(second, -0.4, exactly(first, 0.6));
    const actual = await patched([lora(first.name, 0.6), lora(second.name, -0.4)], `${linear}.weight`);
    expect(largestError(actual, expected.data)).toBeLessThan(2e-6);
  });

  it('are moved by differences, or replaced', async () => {
    const [difference, bias, norm] = [random(out, context), random(out), random(8)];
    const tensors = [
      ...named({ layer: linear, tensors: { diff: difference } }),
      ...named({ layer: conv, tensors: { diff_b: bias } }),
      ...named({ layer: 'input_blocks.1.0.in_layers.0', tensors: { w_norm: norm, b_norm: bias } }),
      ...named({ layer: 'out.2', tensors: { set_weight: random(4, 8, 3, 3) } }),
    ];
    await writeSafetensors(join(folder, 'full'), new Map(tensors));
    const check = async (key: string, change: Tensor) => {
      const old = base.get(unetPrefix + key) ?? number(0);
      const expected = Array.from(old.data, (value, index) => value + 0.5 * change.data[index]);
      expect(largestError(await patched([lora('full', 0.5)], key), expected)).toBeLessThan(1e-6);
    };
    await check(`${linear}.weight`, difference);
    await check(`${conv}.bias`, bias);
    await check('input_blocks.1.0.in_layers.0.weight', norm);
    await check('input_blocks.1.0.in_layers.0.bias', bias);
    const set = new Map(tensors).get('lora_unet_out_2.set_weight') ?? number(0);
    expect(await patched([lora('full', 0.5)], 'out.2.weight')).toEqual(set.data);
  });

  it('make the U-Net predict what one with the merged weights predicts', async () => {
    const [first, second] = [kinds[0], kinds[3]];
    await writeSafetensors(join(folder, 'both'), new Map([...named(first), ...named(second)]));
    const merged = new Map(base);
    for (const kind of [first, second]) merged.set(`${unetPrefix}${kind.layer}.weight`, exactly(kind, 0.8));
    await writeSafetensors(join(folder, 'merged'), merged);
    const engine = createEngine({ budgetBytes: 2 ** 30 });
    const [actual, expected, plain] = [weights([lora('both', 0.8)]), weights([], 'merged'), weights([])].map(async (recipe) => {
      const unet = await engine.unet({ recipe: 'model', ...recipe });
      return (await unet(step)).data;
    });
    expect(largestError(await actual, await expected)).toBeLessThan(2e-5);
    expect(largestError(await plain, await expected)).toBeGreaterThan(0.01);
  });
});

describe('the weights of a merged model', () => {
  const other = randomWeights(smallSd1, 'unet', 2n);
  const merge = (share: BlockShares, patches: readonly ModelPatch[] = []): ModelPatch => ({
    kind: 'merge',
    with: weights(patches, 'other'),
    share,
  });
  const mixed = (key: string, share: number) => {
    const second = other.get(key)?.data ?? [];
    return Array.from(base.get(key)?.data ?? [], (value, index) => share * value + (1 - share) * second[index]);
  };
  beforeAll(() => writeSafetensors(join(folder, 'other'), other));

  it('are of each part as much as its ratio says', async () => {
    const opened = await openPatched(new ModelFiles(), unetNetwork(weights([merge({ input: 0.3, middle: 0.6, out: 0.9 })])));
    for (const key of base.keys()) {
      const path = key.slice(unetPrefix.length);
      const share = path.startsWith('middle_block.') ? 0.6 : path.startsWith('out') ? 0.9 : 0.3;
      expect(largestError(await opened.tensor(key), mixed(key, share))).toBeLessThan(1e-6);
    }
    expect(opened.keys.size).toBe(base.size);
  });

  it('hold the LoRA of each of the two, and leave alone what a ratio of 1 does not change', async () => {
    const [own, others] = [kinds[0], kinds[4]];
    const patches = [lora(own.name, 0.5), merge({ input: 0.25, middle: 1, out: 1 }, [lora(others.name, 2)])];
    const opened = await openPatched(new ModelFiles(), unetNetwork(weights(patches)));
    const second = exactly(others, 2, other.get(`${unetPrefix}${linear}.weight`)).data;
    const expected = Array.from(exactly(own, 0.5).data, (value, index) => 0.25 * value + 0.75 * second[index]);
    expect(largestError(await opened.tensor(`${unetPrefix}${linear}.weight`), expected)).toBeLessThan(2e-6);
    expect([...opened.keys].filter((key) => /^(middle|out)/.test(key.slice(unetPrefix.length)))).toEqual([]);
  });
});

describe('a U-Net whose LoRA changes', () => {
  it('stays loaded for another strength, and for another LoRA of the same layers', async () => {
    const made: string[] = [];
    const engine = createEngine({ budgetBytes: 2 ** 30 });
    const pause = async (done: number) => {
      if (done === 0) made.push('weights');
    };
    await writeSafetensors(join(folder, 'one'), new Map(named(kinds[0])));
    loaded.length = 0;
    const outs: Float32Array[] = [];
    for (const patches of [[lora('one', 1)], [lora('one', 1)], [lora('one', 0.5)], [lora('one', 0.5), lora('LoHa', 0.5)]]) {
      const unet = await engine.unet({ recipe: 'model', ...weights(patches) }, undefined, pause);
      outs.push((await unet(step)).data);
    }
    expect(outs[1]).toEqual(outs[0]);
    expect(largestError(outs[2], outs[0])).toBeGreaterThan(1e-4);
    expect(largestError(outs[3], outs[2])).toBeGreaterThan(1e-4);
    expect(made).toHaveLength(3);
    // The U-Net, and the part of it that sees the text alone.
    expect(loaded).toHaveLength(2);
  });
});
