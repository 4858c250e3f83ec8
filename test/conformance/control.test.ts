import { expect, it } from 'vitest';
import { map, type Tensor } from '../../nodes/diffusion/tensor.ts';
import type { ControlNetRecipe } from '../../nodes/types.ts';
import { openTiny, referenceFile, testEngine } from './engine.ts';
import { describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

describeConformance('ControlNet', () => {
  const vectors = readVectors('parts.expected.safetensors');
  const part = (key: string) => vectors.get(`control/${key}`);
  const inputs = { x: part('x'), timestep: part('timestep').data, context: part('context') };
  const engine = testEngine();

  async function residuals(): Promise<readonly Tensor[]> {
    const { config } = (await openTiny('tiny-sd1')).MODEL;
    const file = referenceFile('tiny-sd1.controlnet.safetensors');
    const net: ControlNetRecipe = { recipe: 'control_net', file, config: { unet: config.unet } };
    const control = await engine.controlNet(net);
    return control({ ...inputs, hint: part('hint') });
  }

  it('gives the residuals of the reference', async () => {
    const names = [...Array.from({ length: 12 }, (_, at) => `output.${at}`), 'middle'];
    const actual = await residuals();
    expect(actual).toHaveLength(names.length);
    for (const [at, name] of names.entries()) expect(maxRelativeToLargest(actual[at], part(name))).toBeLessThan(1e-5);
  });

  it('steers the U-Net as the reference is steered at strength 0.7', async () => {
    const unet = await engine.unet((await openTiny('tiny-sd1')).MODEL, { controlled: true });
    const weakened = (await residuals()).map((residual) => map(residual, (value) => 0.7 * value));
    expect(maxRelativeToLargest(await unet({ ...inputs, residuals: weakened }), part('unet_0.7_out'))).toBeLessThan(1e-5);
  });

  it('leaves a U-Net that takes residuals as it is where there are none', async () => {
    const { MODEL: model } = await openTiny('tiny-sd1');
    const [plain, controlled] = await Promise.all([engine.unet(model), engine.unet(model, { controlled: true })]);
    expect(await controlled(inputs)).toEqual(await plain(inputs));
  });
});
