import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UnetConfig } from '../../../nodes/diffusion/config.ts';
import { hypernetworkLayers, readHypernetworkSettings } from '../../../nodes/diffusion/hypernetwork.ts';
import { createGenerator } from '../../../nodes/diffusion/noise.ts';
import { activationNames } from '../../../nodes/diffusion/onnx/activations.ts';
import { openTensorFile } from '../../../nodes/diffusion/open-tensor-file.ts';
import { type Tensor, tensor } from '../../../nodes/diffusion/tensor.ts';
import { readTorchFile } from '../../../nodes/diffusion/torch/read.ts';
import { type TestValue, writeTorchZip } from '../../../nodes/diffusion/torch/torch-file.fixture.ts';
import { changedUnet } from '../../../test/fixtures/changed-unet.ts';
import { type Exact, gelu, layerNorm, linear, zip } from '../../../test/fixtures/exact-network.ts';
import { smallSd1 } from '../../../test/fixtures/random-network.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-hypernetwork-'));
});
afterAll(() => rm(folder, { recursive: true }));

const refer = (name: string) => ({ name, path: join(folder, name), fingerprint: name });
const noise = createGenerator(4n);
/** With one transformer on the way down and two on the way up. */
const shallow: UnetConfig = { ...smallSd1, channel_mult: [1], transformer_depth: [1], num_res_blocks: 1, middle_depth: 0 };

describe('hypernetworks', () => {
  const functions: Record<string, (x: number) => number> = {
    linear: (x) => x,
    relu: (x) => Math.max(x, 0),
    leakyrelu: (x) => (x > 0 ? x : 0.01 * x),
    elu: (x) => (x > 0 ? x : Math.expm1(x)),
    selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
    swish: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    hardswish: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    tanh: Math.tanh,
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    softsign: (x) => x / (1 + Math.abs(x)),
    softplus: (x) => Math.log1p(Math.exp(x)),
    mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
    gelu,
    silu: (x) => x / (1 + Math.exp(-x)),
  };
  type Layer = { readonly weight: Tensor; readonly bias: Tensor };
  type Made = { readonly widths: ReadonlyMap<number, readonly [readonly Layer[], readonly Layer[]]>; readonly path: string };
  type Settings = { readonly activation: string; readonly norm: boolean; readonly activatesOutput: boolean; readonly old: boolean };

  /** Writes a hypernetwork of the structure [1, 2, 1], with layer norms behind the linear layers if asked. */
  async function make(name: string, unet: UnetConfig, { activation, norm, activatesOutput, old }: Settings): Promise<Made> {
    const widths = new Map<number, readonly [readonly Layer[], readonly Layer[]]>();
    const entries: [string | number, TestValue][] = [
      ['step', 1000],
      ['activation_func', activation],
      ['is_layer_norm', norm],
      ['activate_output', activatesOutput],
    ];
    for (const width of [unet.context_dim, ...unet.channel_mult.map((factor) => 8 * factor)]) {
      const layer = (out: number, input: number): Layer => ({ weight: scaled([out, input], 0.3), bias: scaled([out], 0.2) });
      const norms = (size: number): Layer[] => (norm ? [{ weight: scaled([size], 1), bias: scaled([size], 0.2) }] : []);
      const half = () => [layer(2 * width, width), ...norms(2 * width), layer(width, 2 * width), ...norms(width)];
      const halves = [half(), half()] as const;
      widths.set(width, halves);
      const key = (at: number) => (old ? `linear${at + 1}` : `linear.${3 * at}`);
      const state = (own: readonly Layer[]) =>
        new Map(
          own.flatMap(
            ({ weight, bias }, at) =>
              [
                [`${key(at)}.weight`, stored(weight)],
                [`${key(at)}.bias`, stored(bias)],
              ] as const,
          ),
        );
      entries.push([width, halves.map(state)]);
    }
    const path = join(folder, name);
    await writeTorchZip(path, new Map(entries));
    return { widths, path };
  }

  const scaled = (shape: readonly number[], scale: number) =>
    tensor(
      noise.randn(shape).data.map((value) => scale * value),
      shape,
    );
  const stored = ({ data, shape }: Tensor): TestValue => ({ tensor: { values: [...data], shape } });

  async function refTo({ path }: Made, name: string, strength: number) {
    return { file: refer(name), strength, ...readHypernetworkSettings(await readTorchFile(path)) };
  }

  function apply(source: Exact, own: readonly Layer[], { activation, activatesOutput }: Settings, strength: number): Exact {
    const last = own.findLastIndex(({ weight }) => weight.shape.length === 2);
    let h = source;
    for (const [at, { weight, bias }] of own.entries()) {
      const isLinear = weight.shape.length === 2;
      h = isLinear ? linear(h, weight, bias) : layerNorm(h, weight, bias);
      if (isLinear && (at !== last || activatesOutput)) h = { data: h.data.map(functions[activation]), shape: h.shape };
    }
    return zip(source, h, (own, change) => own + strength * change);
  }

  const sourcesOf =
    (made: Made, settings: Settings, strength: number) =>
    (source: Exact, width: number): readonly [Exact, Exact] => {
      const halves = made.widths.get(width);
      if (halves === undefined) return [source, source];
      return [apply(source, halves[0], settings, strength), apply(source, halves[1], settings, strength)];
    };

  it.each(activationNames)('change the sources of keys and values with the activation %s', async (activation) => {
    const settings: Settings = {
      activation,
      norm: activation === 'mish',
      activatesOutput: activation === 'tanh',
      old: activation === 'linear',
    };
    const made = await make(`${activation}.pt`, shallow, settings);
    const recipe = { hypernetworks: [await refTo(made, `${activation}.pt`, 0.8)] };
    const { error, effect } = await changedUnet(folder, shallow, [4, 4], { recipe, hooks: { sources: sourcesOf(made, settings, 0.8) } });
    expect(error).toBeLessThan(5e-5);
    expect(effect).toBeGreaterThan(0.01);
  });

  it('work one after another', async () => {
    const [first, second]: Settings[] = [
      { activation: 'relu', norm: true, activatesOutput: false, old: false },
      { activation: 'swish', norm: false, activatesOutput: false, old: false },
    ];
    const one = await make('one.pt', shallow, first);
    const two = await make('two.pt', shallow, second);
    const hypernetworks = [await refTo(one, 'one.pt', 1), await refTo(two, 'two.pt', -0.5)];
    const sources = (source: Exact, width: number): readonly [Exact, Exact] => {
      const [keys, values] = sourcesOf(one, first, 1)(source, width);
      const halves = two.widths.get(width);
      if (halves === undefined) return [keys, values];
      return [apply(keys, halves[0], second, -0.5), apply(values, halves[1], second, -0.5)];
    };
    const { error } = await changedUnet(folder, shallow, [4, 4], { recipe: { hypernetworks }, hooks: { sources } });
    expect(error).toBeLessThan(5e-5);
  });

  it('refuse an activation that Weft does not know, and layers that do not fit each other', async () => {
    const made = await make('strange.pt', smallSd1, { activation: 'glu', norm: false, activatesOutput: false, old: false });
    const file = await readTorchFile(made.path);
    expect(() => readHypernetworkSettings(file)).toThrow('"glu", which Weft does not know');
    const path = join(folder, 'torn.pt');
    const state = new Map([['linear.0.weight', stored(scaled([12, 6], 1))]]);
    await writeTorchZip(path, new Map([[6, [state, state]]]));
    const torn = await openTensorFile(path);
    expect(() => hypernetworkLayers(torn)).toThrow('attention of width 6 do not fit each other');
  });
});
