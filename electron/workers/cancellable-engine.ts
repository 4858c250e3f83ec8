import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DiffusionEngine, Pause } from '../../nodes/diffusion/engine.ts';
import { CancelledError } from '../../nodes/problem.ts';

/**
 * The engine for one task. It is loaded when the first node asks for it. ONNX Runtime blocks the process while it
 * computes, so before each call, and between the pieces of long preparations, messages are let in: a cancelled run ends there with a
 * CancelledError. `report` hears how many of the pieces are ready.
 */
export function cancellableEngine(
  load: () => Promise<DiffusionEngine>,
  signal: AbortSignal,
  report: (done: number, total: number) => void,
): DiffusionEngine {
  async function breathe(): Promise<void> {
    await nextTurn();
    if (signal.aborted) throw new CancelledError();
  }
  async function enter(): Promise<DiffusionEngine> {
    await breathe();
    return load();
  }
  const pause: Pause = (done, total) => {
    report(done, total);
    return breathe();
  };
  function entering<In, Out>(run: (call: In) => Promise<Out>): (call: In) => Promise<Out> {
    return async (call) => {
      await enter();
      return run(call);
    };
  }
  return {
    encodeTokens: async (clip, chunks) => (await enter()).encodeTokens(clip, chunks, pause),
    embedding: async (...call) => (await enter()).embedding(...call),
    encodeVision: async (...call) => (await enter()).encodeVision(...call),
    checkpoint: async (...call) => (await enter()).checkpoint(...call),
    decode: async (...call) => (await enter()).decode(...call),
    encode: async (...call) => (await enter()).encode(...call),
    upscale: async (...call) => (await enter()).upscale(...call),
    unet: async (model, form) => entering(await (await enter()).unet(model, form, pause)),
    controlNet: async (...call) => entering(await (await enter()).controlNet(...call)),
  };
}
