import { expect, it } from 'vitest';
import { sliceBatch, tensor } from '../../nodes/diffusion/tensor.ts';
import { ExactNetwork, exact } from '../fixtures/exact-network.ts';
import { openTiny } from './engine.ts';
import { describeConformance, maxRelativeToLargest, readVectors } from './vectors.ts';

describeConformance('the network in double precision that other tests compare with', () => {
  it.each(['tiny-sd1', 'tiny-sdxl'] as const)('predicts as the reference does for %s', async (name) => {
    const vectors = readVectors(`${name}.expected.safetensors`);
    const { config } = (await openTiny(name)).MODEL;
    const weights = readVectors(`${name}.safetensors`).tensors;
    const part = (key: string) => sliceBatch(vectors.get(`unet/odd/${key}`), 0, 1);
    const inner = (key: string) => exact({ data: part(key).data, shape: part(key).shape.slice(1) });
    const adm = vectors.tensors.has('unet/odd/adm') ? exact(part('adm')) : undefined;
    const network = new ExactNetwork(weights, config.unet, 'model.diffusion_model.');
    const { data, shape } = network.unet(inner('x'), part('timestep').data[0], inner('context'), adm);
    expect(maxRelativeToLargest(tensor(Float32Array.from(data), [1, ...shape]), part('out'))).toBeLessThan(1e-5);
  });
});
