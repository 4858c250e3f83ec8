import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sd1, sd2, sdxl } from '../../test/fixtures/full-size.ts';
import { runFor } from '../../test/run-node.ts';
import type { TextConfig } from '../diffusion/config.ts';
import { visitTextEncoder } from '../diffusion/models/tensors.ts';
import { elementCount } from '../diffusion/tensor.ts';
import type { FileRef } from '../types.ts';
import { clipLoader, dualClipLoader } from './clip.ts';

/** Of two layers: how many there are tells none of these encoders from another. */
const shallow = (config: TextConfig): TextConfig => ({ ...config, layers: 2, prefix: '' });

let folder: string;
let [small, large]: FileRef[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-clip-'));
  small = await write('clip_l.safetensors', sdxl.text[0]);
  large = await write('clip_g.safetensors', sdxl.text[1]);
});
afterAll(() => rm(folder, { recursive: true }));

/** A text encoder at its full width, whose weights are a hole in the file: loaders read the names and shapes alone. */
async function write(name: string, config: TextConfig): Promise<FileRef> {
  const header: Record<string, object> = {};
  let end = 0;
  visitTextEncoder(shallow(config), (key, shape) => {
    // Some are visited once for each thing that is read out of them.
    if (key in header) return;
    const begin = end;
    end += 2 * elementCount(shape);
    header[key] = { dtype: 'F16', shape, data_offsets: [begin, end] };
  });
  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  const path = join(folder, name);
  await using file = await open(path, 'w');
  await file.writev([size, json]);
  await file.truncate(8 + json.length + end);
  return { name: basename(path), path, fingerprint: name };
}

describe('DualCLIPLoader', () => {
  it('puts CLIP-L before bigG, in whichever order they are chosen', async () => {
    for (const [one, two] of [
      [small, large],
      [large, small],
    ]) {
      const { encoders } = await runFor('CLIP', dualClipLoader, { clip_name1: one, clip_name2: two });
      expect(encoders.map(({ file }) => file.name)).toEqual(['clip_l.safetensors', 'clip_g.safetensors']);
      expect(encoders.map(({ config }) => config)).toEqual(sdxl.text.map(shallow));
    }
  });

  it('blames the file that is not the other one of the two', async () => {
    const twice = runFor('CLIP', dualClipLoader, { clip_name1: small, clip_name2: small });
    await expect(twice).rejects.toMatchObject({ problem: { input: 'clip_name2' } });
  });
});

describe('CLIPLoader', () => {
  it.each([
    ['SD1', sd1],
    ['SD2', sd2],
  ] as const)('reads the encoder of %s as that family uses it', async (name, { text: [config] }) => {
    const { encoders } = await runFor('CLIP', clipLoader, { clip_name: await write(`${name}.safetensors`, config) });
    expect(encoders.map((encoder) => encoder.config)).toEqual([shallow(config)]);
  });
});
