import { expect, it } from 'vitest';
import type { NodeContext } from '../../nodes/context.ts';
import type { NodeDefinition } from '../../nodes/define.ts';
import { map, type Tensor } from '../../nodes/diffusion/tensor.ts';
import { vaeDecode, vaeEncode } from '../../nodes/latent/vae.ts';
import { vaeEncodeForInpaint } from '../../nodes/latent/vae-inpaint.ts';
import { vaeDecodeTiled, vaeEncodeTiled } from '../../nodes/latent/vae-tiled.ts';
import { checkpointLoaderSimple } from '../../nodes/loaders/checkpoint.ts';
import { vaeLoader } from '../../nodes/loaders/vae.ts';
import type { LatentValue } from '../../nodes/types.ts';
import { referenceFile, testEngine } from './engine.ts';
import { describeConformance, largestDifference, readVectors } from './vectors.ts';

describeConformance('VAE nodes', () => {
  const vectors = readVectors('tiny-sd1.expected.safetensors');
  const z = vectors.get('vae/z');
  const steps: [number, number][] = [];
  const context: NodeContext = {
    signal: new AbortController().signal,
    progress: (value, max) => steps.push([value, max]),
    engine: testEngine(),
    file: () => undefined,
    showTable: () => {},
    saveCheckpoint: () => Promise.reject(new Error('these nodes save nothing')),
    savePicture: () => Promise.reject(new Error('these nodes save nothing')),
  };
  const run = (node: NodeDefinition, inputs: Record<string, unknown>) => node.run(inputs, context);
  const loadVae = async () => (await run(vaeLoader, { vae_name: referenceFile('tiny-sd1.safetensors') })).VAE;
  const decode = async (samples: Tensor) => (await run(vaeDecode, { samples: { samples }, vae: await loadVae() })).IMAGE as Tensor;

  it("loads a checkpoint's VAE as the VAE loader does", async () => {
    const outputs = await run(checkpointLoaderSimple, { ckpt_name: referenceFile('tiny-sd1.safetensors') });
    expect(outputs.VAE).toEqual(await loadVae());
  });

  it('decodes to pixels in 0..1, an item at a time', async () => {
    const batch = { data: Float32Array.of(...z.data, ...z.data), shape: [2, ...z.shape.slice(1)] };
    steps.length = 0;
    const image = await decode(batch);
    expect(steps).toEqual([
      [1, 2],
      [2, 2],
    ]);
    const decoded = vectors.get('vae/decoded');
    const [, , height, width] = decoded.shape;
    const plane = height * width;
    expect(image.shape).toEqual([2, height, width, 3]);
    for (const item of [0, 1]) {
      for (let index = 0; index < 3 * plane; index += 97) {
        const expected = Math.min(Math.max((decoded.data[index] + 1) / 2, 0), 1);
        expect(image.data[item * 3 * plane + (index % plane) * 3 + Math.floor(index / plane)]).toBeCloseTo(expected, 4);
      }
    }
  });

  it('encodes to the means', async () => {
    const image = vectors.get('vae/image');
    const [, , height, width] = image.shape;
    const plane = height * width;
    const pixels = {
      data: Float32Array.from({ length: 3 * plane }, (_, index) => (image.data[(index % 3) * plane + Math.floor(index / 3)] + 1) / 2),
      shape: [1, height, width, 3],
    };
    const moments = vectors.get('vae/moments');
    const expected = { data: moments.data.subarray(0, moments.data.length / 2), shape: [1, 4, height / 8, width / 8] };
    const whole = (await run(vaeEncode, { pixels, vae: await loadVae() })).LATENT as LatentValue;
    expect(largestDifference(whole.samples, expected)).toBeLessThan(1e-4);
    const tiled = (await run(vaeEncodeTiled, { pixels, vae: await loadVae(), tile_size: 512, overlap: 64 })).LATENT as LatentValue;
    expect(tiled).toEqual(whole);
  });

  it('decodes in tiles to nearly the same picture, and to the same one where one tile is enough', async () => {
    const vae = await loadVae();
    const whole = await decode(z);
    const tiled = async (tile_size: number, overlap: number) =>
      (await run(vaeDecodeTiled, { samples: { samples: z }, vae, tile_size, overlap })).IMAGE as Tensor;
    expect(await tiled(128, 32)).toEqual(whole);
    steps.length = 0;
    const pieces = await tiled(64, 32);
    expect(steps).toEqual([
      [1, 2],
      [2, 2],
    ]);
    const differences = map(pieces, (value, index) => Math.abs(value - whole.data[index])).data;
    expect(pieces.shape).toEqual(whole.shape);
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(0.1);
  });

  it('hides what is under the mask and grows the noise mask', async () => {
    const vae = await loadVae();
    const pixels = (value: number) => ({
      data: new Float32Array(64 * 64 * 3).fill(0.8).fill(value, 0, 20 * 64 * 3),
      shape: [1, 64, 64, 3],
    });
    const mask = { data: new Float32Array(64 * 64).fill(1, 0, 20 * 64), shape: [1, 64, 64] };
    const encode = async (value: number) =>
      (await run(vaeEncodeForInpaint, { pixels: pixels(value), vae, mask, grow_mask_by: 6 })).LATENT as LatentValue;
    const latent = await encode(0.1);
    expect(await encode(0.9)).toEqual(latent);
    // The square of 6 reaches 3 pixels up and left of a place, so rows 20 to 22 see the mask's last row.
    expect(latent.noiseMask?.data.reduce((sum, value) => sum + value, 0)).toBe(23 * 64);
  });
});
