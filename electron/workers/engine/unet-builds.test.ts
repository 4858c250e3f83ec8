import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UnetConfig } from '../../../nodes/diffusion/config.ts';
import { changedUnet } from '../../../test/fixtures/changed-unet.ts';
import { smallSd1, smallSdxl } from '../../../test/fixtures/random-network.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-shrunk-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What has no reference numbers: families that differ from SD1, SD2 and SDXL in their build. */
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
  [
    'the refiner of SDXL',
    { model_channels: 12, channel_mult: [1, 2, 4, 4], transformer_depth: [0, 2, 2, 0], middle_depth: 2, context_dim: 5, adm_channels: 8 },
  ],
  ['SDXL for inpainting', { in_channels: 9 }],
  ['SD2 unCLIP', { channel_mult: [1, 2, 4, 4], transformer_depth: [1, 1, 1, 0], middle_depth: 1, adm_channels: 7 }],
  ['InstructPix2Pix', { ...smallSd1, in_channels: 8 }],
];

it.each(builds)('a U-Net of the build of %s computes what it does in double precision', async (_, build) => {
  const { error } = await changedUnet(folder, { ...smallSdxl, ...build }, [4, 5], { recipe: {}, hooks: {} });
  // Of float32: the more levels, the more roundings.
  expect(error).toBeLessThan(2e-5);
});
