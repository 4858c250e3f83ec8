import { basename } from 'node:path';
import { ProblemError } from '../../problem.ts';
import { wrongKind } from '../file-kinds.ts';
import { cpuOperators } from '../onnx/operators.ts';
import type { TensorFile } from '../tensor-file.ts';
import { upscaleFactor, type WeightsUpscalerConfig, writeUpscaler } from './upscaler.ts';
import type { CompactConfig, RrdbConfig, RrdbNaming } from './upscaler-config.ts';
import { rrdbNames } from './upscaler-rrdb.ts';
import { fileWeights } from './weights.ts';

/** What training programs put around the weights, the better ones first: averaged over time before plain. */
const prefixes = ['params_ema.', 'params.', 'state_dict.', ''].flatMap((wrapper) => [wrapper, `${wrapper}module.`]);

/**
 * The sizes of a super-resolution network from its keys and shapes. Every tensor that it needs is there in the right shape.
 * Throws a ProblemError that says what the file is instead, or what it lacks.
 */
export function detectUpscaler(file: TensorFile): WeightsUpscalerConfig {
  const name = basename(file.path);
  const keys = [...file.tensors.keys()];
  for (const prefix of prefixes) {
    const shape: ShapeOf = (key) => file.tensors.get(prefix + key)?.shape ?? [];
    const own = prefix === '' ? keys : keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    const config = recogniseRrdb(own, shape, prefix) ?? recogniseCompact(own, shape, prefix);
    if (config === undefined) continue;
    checkSizes(config, name);
    writeUpscaler(config, fileWeights(file), cpuOperators);
    return config;
  }
  throw wrongKind(name, keys, 'upscaler');
}

/** The shape of a key; empty where there is none. */
type ShapeOf = (key: string) => readonly number[];

const blockKeys: Readonly<Record<RrdbNaming, RegExp>> = {
  esrgan: /^model\.1\.sub\.(\d+)\.RDB1\.conv1\.0\.weight$/,
  bsrgan: /^RRDB_trunk\.(\d+)\.RDB1\.conv1\.weight$/,
  'real-esrgan': /^body\.(\d+)\.rdb1\.conv1\.weight$/,
};

function recogniseRrdb(keys: readonly string[], shape: ShapeOf, prefix: string): RrdbConfig | undefined {
  for (const naming of ['esrgan', 'bsrgan', 'real-esrgan'] as const) {
    const names = rrdbNames[naming];
    const blocks = keys.filter((key) => blockKeys[naming].test(key)).length;
    if (blocks === 0) continue;
    const doublings = countDoublings(keys, naming);
    const [features, inputs] = shape(`${names.first}.weight`);
    const [channels] = shape(`${names.last(doublings)}.weight`);
    const [growth] = shape(`${names.dense(0, 1, 1)}.weight`);
    if (features === undefined || channels === undefined) continue;
    const plus = shape(`${names.dense(0, 1, '1x1')}.weight`).length > 0;
    return { kind: 'rrdb', naming, prefix, channels, features, growth, blocks, doublings, unshuffle: Math.sqrt(inputs / channels), plus };
  }
  return undefined;
}

/** The old naming counts places: x1 ends at 4, and each doubling adds three. */
function countDoublings(keys: readonly string[], naming: RrdbNaming): number {
  if (naming !== 'esrgan') {
    const pattern = naming === 'bsrgan' ? /^upconv\d+\.weight$/ : /^conv_up\d+\.weight$/;
    return keys.filter((key) => pattern.test(key)).length;
  }
  const places = keys.flatMap((key) => /^model\.(\d+)\.weight$/.exec(key)?.[1] ?? []).map(Number);
  return Math.floor((Math.max(...places, 4) - 4) / 3);
}

function recogniseCompact(keys: readonly string[], shape: ShapeOf, prefix: string): CompactConfig | undefined {
  const places = keys.flatMap((key) => /^body\.(\d+)\.weight$/.exec(key)?.[1] ?? []).map(Number);
  const last = Math.max(...places, 0);
  const [features, channels] = shape('body.0.weight');
  if (last < 2 || features === undefined || channels === undefined) return undefined;
  const [squares] = shape(`body.${last}.weight`);
  return { kind: 'compact', prefix, channels, features, layers: (last - 2) / 2, scale: Math.sqrt(squares / channels) };
}

/** Sizes that follow from a real network's shapes; a file may hold any numbers. */
function checkSizes(config: WeightsUpscalerConfig, name: string): void {
  if (config.channels !== 1 && config.channels !== 3) {
    throw wrongSizes(name, `it makes pictures of ${config.channels} channels, where 3 (colour) or 1 (grey) were expected`);
  }
  if (config.kind === 'rrdb' && ![1, 2, 4].includes(config.unshuffle)) {
    throw wrongSizes(name, 'its first layer does not take pictures as its last layer makes them');
  }
  if (config.kind === 'compact' && !Number.isInteger(config.layers)) {
    throw wrongSizes(name, 'its activations are of a kind that cannot be told from the file (only PReLU can)');
  }
  const scale = upscaleFactor(config);
  if (scale === undefined || !Number.isInteger(scale) || scale < 1 || scale > largestScale) {
    throw wrongSizes(name, `it would make pictures ${scale} times as large`);
  }
}

const largestScale = 16;

function wrongSizes(name: string, why: string): ProblemError {
  return new ProblemError({
    what: `The file "${name}" looks like an upscaler, but cannot be used: ${why}.`,
    fix: 'Choose another upscaler (ESRGAN, Real-ESRGAN, BSRGAN or Compact).',
  });
}
