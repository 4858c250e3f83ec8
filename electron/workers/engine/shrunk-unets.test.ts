import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UnetConfig } from '../../../nodes/diffusion/config.ts';
import { changedUnet } from '../../../test/fixtures/changed-unet.ts';
import { smallSdxl } from '../../../test/fixtures/random-network.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-shrunk-'));
});
afterAll(() => rm(folder, { recursive: true }));

const builds: readonly (readonly [string, Partial<UnetConfig>])[] = [
  [
    'SSD-1B',
    {
      transformer_depth: [0, 2, 1],
      output_transformer_depth: [
        [0, 0, 0],
        [2, 1, 1],
        [1, 1, 3],
      ],
      middle_depth: 0,
      middle_residuals: 1,
    },
  ],
  ['Vega', { transformer_depth: [0, 1, 2], middle_depth: 0, middle_residuals: 1 }],
  ['KOALA-700M', { num_res_blocks: 1, middle_depth: 0, middle_residuals: 0 }],
  ['KOALA-1B', { num_res_blocks: 1, middle_depth: 3 }],
  ['a latent consistency model', { guidance_width: 6 }],
];

it.each(builds)('a U-Net of the build of %s computes what it does in double precision', async (_, build) => {
  const { error } = await changedUnet(folder, { ...smallSdxl, ...build }, [4, 5], { recipe: {}, hooks: {} });
  expect(error).toBeLessThan(1e-5);
});
