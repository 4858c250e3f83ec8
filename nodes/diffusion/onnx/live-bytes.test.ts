import { describe, expect, it } from 'vitest';
import { sd1 } from '../../../test/fixtures/full-size.ts';
import { writeUnet } from '../models/unet.ts';
import { writeVaeDecoder } from '../models/vae.ts';
import { elementCount } from '../tensor.ts';
import { type Forms, preferredForms } from './forms.ts';
import { GraphBuilder, type WeightSource } from './graph.ts';
import { onceForShapes } from './live-bytes.ts';
import { cpuOperators, createOperators, onAccelerators } from './operators.ts';

const weights: WeightSource = (key, shape) => ({ type: 'float16', shape, location: `/${key}`, offset: 0, length: 2 * elementCount(shape) });

describe('onceForShapes', () => {
  it('computes again for other shapes alone', () => {
    const asked: unknown[] = [];
    const bytes = onceForShapes(({ x }) => asked.push(x));
    const answers = [{ x: [1, 2] }, { x: [1, 2] }, { x: [12] }, { x: [1, 2] }].map(bytes);
    expect(answers).toEqual([1, 1, 2, 1]);
    expect(asked).toEqual([[1, 2], [12]]);
  });
});

describe('what a graph computes at once', () => {
  it('counts values from their making to their last use, and those that are written over once', () => {
    const graph = new GraphBuilder('sums');
    const x = graph.input('x', 'float32', ['n']);
    const kept = graph.node('Neg', [x]);
    const doubled = graph.node('Concat', [kept, kept], { attributes: { axis: 0 } });
    const squared = graph.node('Mul', [doubled, doubled]);
    const [half] = graph.split('Split', [squared], 2, { attributes: { axis: 0, num_outputs: 2 } });
    graph.output('sum', graph.node('Add', [half, kept]), ['n']);
    // At the split: kept (4), the product (8), which may not overwrite what it reads twice, and both halves (8).
    expect(graph.build().activationBytes({ x: [1] })).toBe(4 + 8 + 8);
    expect(graph.build().activationBytes({ x: [1000] })).toBe(1000 * (4 + 8 + 8));
  });

  it('grows with the picture, and by the matrix of scores where attention is not fused', () => {
    const shapes = (side: number) => ({ x: [1, 4, side, side], timestep: [1], context: [1, 77, 768] });
    const unet = (attention: Forms['attention']) => {
      const forms = { ...preferredForms.webgpu, attention };
      return writeUnet(sd1.unet, weights, createOperators({ precision: 'float32', forms, ...onAccelerators }));
    };
    const [fused, scores] = [unet('fused'), unet('decomposed')];
    expect(fused.activationBytes(shapes(128))).toBeGreaterThan(2 * fused.activationBytes(shapes(64)));
    // 8 heads, 4096 positions against 4096.
    expect(scores.activationBytes(shapes(64)) - fused.activationBytes(shapes(64))).toBeGreaterThan(8 * 4096 * 4096 * 4 * 0.7);
  });

  it('finds the gigabytes of a large picture in a VAE', () => {
    const decoder = writeVaeDecoder(sd1.vae, '', weights, cpuOperators);
    // 256 channels at 1024 x 1024, in and out of a convolution and once beside it.
    expect(decoder.activationBytes({ z: [1, 4, 128, 128] })).toBeGreaterThan(2 * 256 * 1024 * 1024 * 4);
    expect(decoder.activationBytes({ z: [1, 4, 128, 128] })).toBeLessThan(3 * 256 * 1024 * 1024 * 4);
  });
});
