import { expect, it } from 'vitest';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { zeros } from '../../nodes/diffusion/tensor.ts';
import { CancelledError } from '../../nodes/problem.ts';
import type { ControlNetRecipe, ModelRecipe } from '../../nodes/types.ts';
import { cancellableEngine } from './cancellable-engine.ts';

const unused = async () => {
  throw new Error('not called in this test');
};
const x = zeros([1, 4, 1, 1]);
const model = {} as ModelRecipe;
const call = { x, timestep: new Float32Array(1), context: zeros([1, 77, 1]) };

/** An engine whose U-Net counts its calls and never yields by itself. */
function countingEngine(onFirst = () => {}) {
  let calls = 0;
  const engine: DiffusionEngine = {
    encodeTokens: unused,
    embedding: unused,
    encodeVision: unused,
    controlNet: async () => async () => {
      calls += 1;
      if (calls === 1) onFirst();
      return [x];
    },
    checkpoint: unused,
    decode: unused,
    encode: unused,
    upscale: unused,
    unet: async () => async () => {
      calls += 1;
      if (calls === 1) onFirst();
      return x;
    },
  };
  return { engine };
}

it.each(['unet', 'controlNet'] as const)('lets the process hear a cancel between two calls of a loop over a %s', async (network) => {
  const abort = new AbortController();
  // A timer fires only when the process comes to its events, as the message of a cancel does.
  const { engine } = countingEngine(() => setTimeout(() => abort.abort(), 0));
  const cancellable = cancellableEngine(
    async () => engine,
    abort.signal,
    () => {},
  );
  const run = network === 'unet' ? await cancellable.unet(model) : await cancellable.controlNet({} as ControlNetRecipe);
  const loop = async () => {
    for (;;) await run({ ...call, hint: x });
  };
  await expect(loop()).rejects.toBeInstanceOf(CancelledError);
});

it('loads no engine for a task that has been cancelled', async () => {
  let loads = 0;
  const load = async () => {
    loads += 1;
    return countingEngine().engine;
  };
  await expect(cancellableEngine(load, AbortSignal.abort(), () => {}).unet(model)).rejects.toBeInstanceOf(CancelledError);
  expect(loads).toBe(0);
});
