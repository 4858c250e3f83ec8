import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectCheckpoint } from '../../nodes/diffusion/detect.ts';
import type { PromptToken } from '../../nodes/diffusion/engine.ts';
import { openSafetensors, writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { filled, type Tensor, tensor } from '../../nodes/diffusion/tensor.ts';
import { readRows, readTensor } from '../../nodes/diffusion/tensor-file.ts';
import { checkpointRecipes } from '../../nodes/loaders/recipes.ts';
import { ProblemError } from '../../nodes/problem.ts';
import type { FileRef } from '../../nodes/types.ts';
import { createEngine } from './engine.ts';

const starter = resolve(import.meta.dirname, '../../resources/models/checkpoints/starter.safetensors');
const refer = (path: string): FileRef => ({ name: 'some.safetensors', path, fingerprint: path });
const engine = createEngine({ budgetBytes: 2 ** 30 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-engine-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function recipesOf(path: string) {
  return checkpointRecipes({ file: refer(path) }, await detectCheckpoint(await openSafetensors(path)));
}

const step = (context: Tensor) => ({ x: filled([1, 4, 5, 7], 0.5), timestep: Float32Array.of(500), context });
const problemOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProblemError);
  return String(error);
};

describe('createEngine', () => {
  it('gives the same from a link, and from the same weights in float32', async () => {
    const link = join(folder, 'link.safetensors');
    await symlink(starter, link);
    const original = await openSafetensors(starter);
    const floats = join(folder, 'float32.safetensors');
    const tensors = [...original.tensors.keys()].map(async (key) => [key, await readTensor(original, key)] as const);
    await writeSafetensors(floats, new Map(await Promise.all(tensors)), Object.fromEntries(original.metadata));
    const outputs: Tensor[] = [];
    for (const path of [starter, link, floats]) {
      const { MODEL: model } = await recipesOf(path);
      const unet = await engine.unet(model);
      outputs.push(await unet(step(filled([1, 77, model.config.unet.context_dim], 0.1))));
    }
    expect(outputs[0].shape).toEqual([1, 4, 5, 7]);
    expect(outputs[1]).toEqual(outputs[0]);
    for (const [index, value] of outputs[2].data.entries()) expect(value).toBeCloseTo(outputs[0].data[index], 4);
  });

  it('computes with the new weights once a file has changed in its place', async () => {
    const path = join(folder, 'changing.safetensors');
    const original = await openSafetensors(starter);
    const write = async (factor: number) => {
      const read = [...original.tensors.keys()].map(async (key) => [key, await readTensor(original, key)] as const);
      const tensors = new Map(await Promise.all(read));
      const last = 'model.diffusion_model.out.2.weight';
      const { data, shape } = tensors.get(last) ?? filled([0], 0);
      await writeSafetensors(
        path,
        tensors.set(
          last,
          tensor(
            data.map((value) => value * factor),
            shape,
          ),
        ),
        Object.fromEntries(original.metadata),
      );
    };
    const call = async (fingerprint: string) => {
      const { MODEL } = await recipesOf(path);
      const unet = await engine.unet({ ...MODEL, file: { ...MODEL.file, fingerprint } });
      return unet(step(filled([1, 77, MODEL.config.unet.context_dim], 0.1)));
    };
    await write(1);
    const before = await call('before');
    await write(0);
    const after = await call('after');
    expect(after).not.toEqual(before);
    // Without its weight the last layer gives its bias: the same number all over a channel.
    expect(new Set(after.data.subarray(0, 35)).size).toBe(1);
  });

  it('refuses to stop at a layer that is not there', async () => {
    const clip = { ...(await recipesOf(starter)).CLIP, stopAtLayer: -24 };
    expect(await problemOf(engine.encodeTokens(clip, [[]]))).toContain('cannot stop at layer -24');
  });

  it('treats a vector as it treats the token whose row it is', async () => {
    const { CLIP: clip } = await recipesOf(starter);
    const file = await openSafetensors(starter);
    const key = `${clip.encoders[0].config.prefix}embeddings.token_embedding.weight`;
    const [row] = await readRows(file, key, [320]);
    const chunk = (second: PromptToken): PromptToken[] =>
      Array.from({ length: 77 }, (_, at) => (at === 1 ? second : { id: at === 0 ? 49406 : 49407, weight: 1 }));
    const chunks = [chunk({ id: 320, weight: 1 }), chunk({ vector: row, weight: 1 }), chunk({ id: 321, weight: 1 })];
    const [{ hidden }] = await engine.encodeTokens(clip, [chunks]);
    const size = hidden.data.length / 3;
    const [token, vector, other] = [0, 1, 2].map((at) => hidden.data.slice(at * size, (at + 1) * size));
    expect(vector).toEqual(token);
    expect(other).not.toEqual(token);
  });

  it('reads embeddings by their width, whatever they are called', async () => {
    const { CLIP: clip } = await recipesOf(starter);
    const { width } = clip.encoders[0].config;
    const write = async (name: string, vectors: Tensor) => {
      const path = join(folder, name);
      await writeSafetensors(path, new Map([['<style>', vectors]]));
      return refer(path);
    };
    const two = await write('two.safetensors', filled([2, width], 0.5));
    expect(await engine.embedding(clip, two, 'two')).toEqual([[new Float32Array(width).fill(0.5), new Float32Array(width).fill(0.5)]]);
    const one = await write('one.safetensors', tensor(new Float32Array(width), [width]));
    expect(await engine.embedding(clip, one, 'one')).toEqual([[new Float32Array(width)]]);
    const wide = await write('wide.safetensors', filled([1, 1024], 0.5));
    expect(await problemOf(engine.embedding(clip, wide, 'wide'))).toContain('made for Stable Diffusion 2.x');
  });

  it('says so when the file has gone', async () => {
    const { MODEL: model } = await recipesOf(starter);
    const gone = { ...model, file: refer(join(folder, 'gone.safetensors')) };
    expect(await problemOf(engine.unet(gone))).toContain('cannot be opened');
  });
});
