import { describe, expect, it } from 'vitest';
import { cropModes, imageResizeMethods, latentResizeMethods, resizeImage, resizeLatent } from '../../nodes/diffusion/resize.ts';
import { type Tensor, tensor } from '../../nodes/diffusion/tensor.ts';
import { describeConformance, largestDifference, readVectors } from './vectors.ts';

/** [1, C, H, W] to [1, H, W, C]. */
function channelsLast(source: Tensor): Tensor {
  const [batch, channels, height, width] = source.shape;
  const data = new Float32Array(source.data.length);
  for (let i = 0; i < data.length; i += 1) {
    data[i] = source.data[(i % channels) * height * width + Math.floor(i / channels)];
  }
  return tensor(data, [batch, height, width, channels]);
}

function choose<const T extends string>(names: readonly T[], name: string): T {
  const found = names.find((candidate) => candidate === name);
  if (found === undefined) throw new Error(`unknown name ${name}`);
  return found;
}

function sizeOf(name: string) {
  const [width, height] = name.split('x').map(Number);
  return { width, height };
}

describeConformance('resize', () => {
  const vectors = readVectors('parts.expected.safetensors');

  describe('pictures', () => {
    const cases = vectors.namesUnder('resize/').filter((name) => name.split('/').length === 3);
    it.each(cases)('%s', (name) => {
      const [method, size, crop] = name.split('/');
      const image = channelsLast(vectors.get('resize/source'));
      const resized = resizeImage(image, sizeOf(size), choose(imageResizeMethods, method), choose(cropModes, crop));
      expect(largestDifference(resized, channelsLast(vectors.get(`resize/${name}`)))).toBeLessThan(2e-6);
    });
  });

  describe('latents', () => {
    it.each(vectors.namesUnder('resize_latent/'))('%s', (name) => {
      const [method, size] = name.split('/');
      const resized = resizeLatent(vectors.get('resize/latent'), sizeOf(size), choose(latentResizeMethods, method));
      expect(largestDifference(resized, vectors.get(`resize_latent/${name}`))).toBeLessThan(2e-5);
    });
  });
});
