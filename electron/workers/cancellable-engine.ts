import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { CancelledError } from '../../nodes/problem.ts';

/**
 * The engine for one task. It is loaded when the first node asks for it. ONNX Runtime blocks the process while it
 * computes, so before each call messages are let in: a cancelled run ends there with a CancelledError.
 */
export function cancellableEngine(load: () => Promise<DiffusionEngine>, signal: AbortSignal): DiffusionEngine {
  async function enter(): Promise<DiffusionEngine> {
    await nextTurn();
    if (signal.aborted) throw new CancelledError();
    return load();
  }
  function entering<In, Out>(run: (call: In) => Promise<Out>): (call: In) => Promise<Out> {
    return async (call) => {
      await enter();
      return run(call);
    };
  }
  return {
    encodeTokens: async (...call) => (await enter()).encodeTokens(...call),
    embedding: async (...call) => (await enter()).embedding(...call),
    encodeVision: async (...call) => (await enter()).encodeVision(...call),
    decode: async (...call) => (await enter()).decode(...call),
    encode: async (...call) => (await enter()).encode(...call),
    upscale: async (...call) => (await enter()).upscale(...call),
    unet: async (...call) => entering(await (await enter()).unet(...call)),
    controlNet: async (...call) => entering(await (await enter()).controlNet(...call)),
  };
}
