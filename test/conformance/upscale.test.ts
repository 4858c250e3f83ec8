import { expect, it } from 'vitest';
import { detectUpscaler } from '../../nodes/diffusion/models/upscaler-detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { referenceFile, testEngine } from './engine.ts';
import { describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

describeConformance('upscalers', () => {
  const vectors = readVectors('parts.expected.safetensors');
  it.each([
    ['tiny-esrgan-x4', 'esrgan-x4'],
    ['tiny-realesrgan-x4', 'esrgan-x4'],
    ['tiny-esrgan-x2', 'esrgan-x2'],
    ['tiny-compact-x4', 'compact-x4'],
  ])('%s enlarges as the reference does', async (name, result) => {
    const file = referenceFile(`${name}.safetensors`);
    const config = detectUpscaler(await openTensorFile(file.path));
    const enlarged = await testEngine().upscale({ recipe: 'upscale_model', file, config }, vectors.get('upscale/image'));
    expect(maxRelativeToLargest(enlarged, vectors.get(`upscale/${result}`))).toBeLessThan(1e-5);
  });
});
