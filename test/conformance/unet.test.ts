import { expect, it } from 'vitest';
import { openTiny, testEngine, tinyCheckpoints } from './engine.ts';
import { describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

describeConformance('U-Net', () => {
  const cases = tinyCheckpoints.flatMap((name) => (['even', 'odd'] as const).map((size) => ({ name, size })));
  it.each(cases)('$name predicts as the reference does at $size sizes', async ({ name, size }) => {
    const vectors = readVectors(`${name}.expected.safetensors`);
    const part = (key: string) => vectors.get(`unet/${size}/${key}`);
    const unet = await testEngine().unet((await openTiny(name)).MODEL);
    const adm = vectors.tensors.has(`unet/${size}/adm`) ? part('adm') : undefined;
    const out = await unet({ x: part('x'), timestep: part('timestep').data, context: part('context'), adm });
    expect(maxRelativeToLargest(out, part('out'))).toBeLessThan(1e-5);
  });
});
