import { expect, it } from 'vitest';
import { openTiny, testEngine, tinyCheckpoints } from './engine.ts';
import { describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

describeConformance('VAE', () => {
  it.each(tinyCheckpoints)('%s decodes and encodes as the reference does', async (name) => {
    const vectors = readVectors(`${name}.expected.safetensors`);
    const { VAE: vae } = await openTiny(name);
    const engine = testEngine();
    expect(maxRelativeToLargest(await engine.decode(vae, vectors.get('vae/z')), vectors.get('vae/decoded'))).toBeLessThan(1e-5);
    expect(maxRelativeToLargest(await engine.encode(vae, vectors.get('vae/image')), vectors.get('vae/moments'))).toBeLessThan(1e-5);
  });
});
