import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectCheckpoint } from '../../../nodes/diffusion/detect.ts';
import type { UnetCall } from '../../../nodes/diffusion/engine.ts';
import { residualCount } from '../../../nodes/diffusion/models/control-net.ts';
import { createGenerator } from '../../../nodes/diffusion/noise.ts';
import { openTensorFile } from '../../../nodes/diffusion/open-tensor-file.ts';
import { filled, repeatToBatch, type Tensor } from '../../../nodes/diffusion/tensor.ts';
import { checkpointRecipes } from '../../../nodes/loaders/recipes.ts';
import { createEngine } from '../engine.ts';

const path = resolve(import.meta.dirname, '../../../resources/models/checkpoints/starter.safetensors');
const file = { name: 'starter.safetensors', path, fingerprint: 'starter' };
const { MODEL: model } = checkpointRecipes({ file }, await detectCheckpoint(await openTensorFile(path)));
const engine = createEngine({ budgetBytes: 2 ** 30 });

const generator = createGenerator(5n);
const draw = (shape: readonly number[]) => generator.randn(shape);
const context = draw([1, 77, model.config.unet.context_dim]);
const call = (more: Partial<Parameters<UnetCall>[0]> = {}) => ({
  x: draw([1, 4, 16, 16]),
  timestep: Float32Array.of(500),
  context,
  ...more,
});

function relativeError({ data }: Tensor, expected: Tensor): number {
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares(data.map((value, i) => value - expected.data[i])) / squares(expected.data));
}

describe('a U-Net in 8 bits', () => {
  it('predicts nearly the same, and leaves no file behind', async () => {
    const exact = await engine.unet(model);
    const rounded = await engine.unet({ ...model, int8: true });
    const step = call();
    const error = relativeError(await rounded(step), await exact(step));
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.03);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('weft-int8-') && !name.includes('test'))).toEqual([]);
  });
});

describe('pictures that stand for several texts', () => {
  const [x, texts] = [draw([2, 4, 9, 7]), draw([4, 77, model.config.unet.context_dim])];
  const timestep = Float32Array.of(500);
  const together = { x, timestep, context: texts };
  const apart = { x: repeatToBatch(x, 4), timestep, context: texts };

  it('are predicted as each of them is alone', async () => {
    const unet = await engine.unet(model);
    const out = await unet(together);
    expect(out.shape).toEqual([4, 4, 9, 7]);
    expect(relativeError(out, await unet(apart))).toBeLessThan(1e-6);
  });

  it('as well from deep features', async () => {
    const steps = async (step: Parameters<UnetCall>[0]) => {
      const unet = await engine.unet({ ...model, reuse: { every: 2, start: 0, end: 1 } });
      await unet({ ...step, x: filled(step.x.shape, 1) });
      return unet(step);
    };
    expect(relativeError(await steps(together), await steps(apart))).toBeLessThan(1e-6);
  });
});

describe('a U-Net that uses deep features again', () => {
  const reuse = { every: 3, start: 0, end: 1 };

  it('is exact where nothing has changed since they were computed', async () => {
    const unet = await engine.unet({ ...model, reuse });
    const step = call();
    const [first, again] = [await unet(step), await unet(step)];
    expect(relativeError(again, first)).toBeLessThan(1e-5);
  });

  it('follows ControlNets in its last block, too', async () => {
    const unet = await engine.unet({ ...model, reuse }, { controlled: true });
    const residuals = Array.from({ length: residualCount(model.config.unet) }, () => filled([1, 1, 1, 1], 0.5));
    const step = call({ residuals });
    const [first, again] = [await unet(step), await unet(step)];
    expect(relativeError(again, first)).toBeLessThan(1e-5);
    const plain = await engine.unet(model);
    expect(relativeError(first, await plain(step))).toBeGreaterThan(0.01);
  });

  it('follows the picture between, and is whole again in time', async () => {
    const [exact, unet] = [await engine.unet(model), await engine.unet({ ...model, reuse })];
    const errors: number[] = [];
    for (let at = 0; at < 4; at++) {
      const step = call();
      errors.push(relativeError(await unet(step), await exact(step)));
    }
    expect(errors[0]).toBeLessThan(1e-5);
    expect(errors[1]).toBeGreaterThan(1e-3);
    expect(errors[2]).toBeGreaterThan(1e-3);
    expect(errors[3]).toBeLessThan(1e-5);
  });

  it('keeps texts, sizes and runs apart', async () => {
    const [exact, unet] = [await engine.unet(model), await engine.unet({ ...model, reuse })];
    const other = draw(context.shape);
    for (const step of [call(), call({ context: other }), call({ x: draw([1, 4, 8, 16]) })]) {
      expect(relativeError(await unet(step), await exact(step))).toBeLessThan(1e-5);
    }
    const fresh = await engine.unet({ ...model, reuse });
    const step = call();
    expect(relativeError(await fresh(step), await exact(step))).toBeLessThan(1e-5);
  });

  it('is whole outside its part of the way', async () => {
    const [exact, unet] = [await engine.unet(model), await engine.unet({ ...model, reuse: { every: 9, start: 0.3, end: 0.7 } })];
    for (const timestep of [900, 880, 200]) {
      const step = call({ timestep: Float32Array.of(timestep) });
      expect(relativeError(await unet(step), await exact(step))).toBeLessThan(1e-5);
    }
  });
});
