import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder, givenType, givenWeights, storedRows, type WeightSource } from '../../nodes/diffusion/onnx/graph.ts';
import { tensor } from '../../nodes/diffusion/tensor.ts';
import { ProblemError } from '../../nodes/problem.ts';
import { cpuRung } from './devices/ladder.ts';
import { type SessionSource, Sessions, type SessionsOptions } from './sessions.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-sessions-'));
  await writeFile(join(folder, 'weights.bin'), new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer));
});
afterAll(() => rm(folder, { recursive: true }));

/** x + the four numbers of weights.bin; `made` grows with each session that is made of it. */
function addition(key: string, made: string[], location = join(folder, 'weights.bin')): SessionSource {
  return {
    key,
    title: `the network "${key}"`,
    repeats: false,
    graph: () => {
      made.push(key);
      const graph = new GraphBuilder('addition');
      const x = graph.input('x', 'float32', ['n', 4]);
      const weight = graph.weight({ type: 'float32', shape: [4], location, offset: 0, length: 16 }, [4], 'constant');
      graph.output('sum', graph.node('Add', [x, weight]), ['n', 4]);
      return graph.build();
    },
  };
}

/** A provider that this platform does not have. */
const absent = process.platform === 'win32' ? 'coreml' : 'dml';

const feeds = { x: tensor(Float32Array.of(10, 20, 30, 40), [1, 4]) };
const sessionsOf = (ram: number, ladder: SessionsOptions['ladder'] = [cpuRung], report: (news: string) => void = () => {}) =>
  new Sessions({ budgets: { ram, device: ram }, ladder, report });

describe('Sessions', () => {
  it('runs a graph over weights in a file, again and again', async () => {
    const made: string[] = [];
    const sessions = sessionsOf(100);
    const run = () => sessions.run(addition('a', made), feeds, '');
    expect(await run()).toEqual({ sum: tensor(Float32Array.of(11, 22, 33, 44), [1, 4]) });
    expect(await run()).toEqual({ sum: tensor(Float32Array.of(11, 22, 33, 44), [1, 4]) });
    expect(made).toEqual(['a']);
  });

  const stored = {
    float32: Float32Array.of(1, 2, 3, 4),
    float16: Float16Array.of(1, 2, 3, 4),
    bfloat16: Uint16Array.of(0x3f80, 0x4000, 0x4040, 0x4080),
    float64: Float64Array.of(1, 2, 3, 4),
    float8e4m3: Uint8Array.of(0x38, 0x40, 0x44, 0x48),
    float8e5m2: Uint8Array.of(0x3c, 0x40, 0x42, 0x44),
  };
  const types = ['float32', 'float16', 'bfloat16', 'float64', 'float8e4m3', 'float8e5m2'] as const;
  it.each(types.flatMap((type) => (['constant', 'streamed'] as const).map((keep) => ({ type, keep }))))(
    'reads $keep weights in $type at any place of a file',
    async ({ type, keep }) => {
      const location = join(folder, `${type}.bin`);
      const { buffer, byteLength } = stored[type];
      await writeFile(location, Buffer.concat([Buffer.from('odd'), new Uint8Array(buffer)]));
      const source: SessionSource = {
        ...addition(type, []),
        graph: () => {
          const graph = new GraphBuilder('sum');
          const x = graph.input('x', 'float32', ['n', 4]);
          const weight = graph.weight({ type, shape: [4], location, offset: 3, length: byteLength }, [4], keep);
          graph.output('sum', graph.node('Add', [x, weight]), ['n', 4]);
          return graph.build();
        },
      };
      expect(await sessionsOf(100).run(source, feeds, '')).toEqual({ sum: tensor(Float32Array.of(11, 22, 33, 44), [1, 4]) });
    },
  );

  const givens = types.flatMap((type) => (['constant', 'streamed'] as const).map((keep) => ({ type, keep })));
  it.each(givens)('takes weights in the place of $keep $type ones, and other values without being loaded anew', async ({ type, keep }) => {
    const location = join(folder, `given-${type}.bin`);
    const { buffer, byteLength } = stored[type];
    await writeFile(location, new Uint8Array(buffer));
    const made: string[] = [];
    const numbers = (values: readonly number[]) =>
      givenType(type) === 'float16' ? new Uint16Array(Float16Array.from(values).buffer) : Float32Array.from(values);
    const file: WeightSource = (_key, shape) => ({ type, shape, location, offset: 0, length: byteLength });
    const source = (two: readonly number[]): SessionSource => ({
      ...addition('given', made),
      graph: () => {
        made.push('graph');
        const graph = new GraphBuilder('sum');
        const x = graph.input('x', 'float32', ['n', 4]);
        const weight = givenWeights(file, new Set(['four']))('four', [4]);
        const rows = graph.weight(storedRows(weight, 2, 2), [2], keep);
        const sum = graph.node('Add', [x, graph.weight(weight, [4], keep)]);
        graph.output('sum', graph.node('Add', [sum, graph.node('Concat', [rows, rows], { attributes: { axis: 0 } })]), ['n', 4]);
        return graph.build();
      },
      given: {
        id: String(two),
        make: async () => {
          made.push(String(two));
          return new Map([['four', numbers([0, 0, ...two])]]);
        },
      },
    });
    const sessions = sessionsOf(100);
    const sum = async (...two: number[]) => [...(await sessions.run(source(two), feeds, '')).sum.data];
    expect(await sum(1, 2)).toEqual([11, 22, 32, 44]);
    expect(await sum(1, 2)).toEqual([11, 22, 32, 44]);
    expect(await sum(3, 4)).toEqual([13, 24, 36, 48]);
    expect(made).toEqual(['graph', '1,2', '3,4']);
  });

  it('joins weights from files in different folders', async () => {
    const other = join(folder, 'elsewhere');
    await mkdir(other);
    await writeFile(join(other, 'more.bin'), new Uint8Array(Float32Array.of(100, 200, 300, 400).buffer));
    const graph = () => {
      const builder = new GraphBuilder('sum');
      const x = builder.input('x', 'float32', ['n', 4]);
      const [near, far] = [join(folder, 'weights.bin'), join(other, 'more.bin')].map((location) =>
        builder.weight({ type: 'float32', shape: [4], location, offset: 0, length: 16 }, [4], 'constant'),
      );
      builder.output('sum', builder.node('Add', [builder.node('Add', [x, near]), far]), ['n', 4]);
      return builder.build();
    };
    const { sum } = await sessionsOf(100).run({ ...addition('joined', []), graph }, feeds, '');
    expect(sum).toEqual(tensor(Float32Array.of(111, 222, 333, 444), [1, 4]));
  });

  it('drops what was used longest ago when the budget is full', async () => {
    const made: string[] = [];
    // Two networks, and what the third computes with a margin.
    const sessions = sessionsOf(2 * 16 + 20);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await sessions.run(addition(key, made), feeds, '');
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('loads a network that is larger than the budget alone', async () => {
    const made: string[] = [];
    const sessions = sessionsOf(1);
    for (const key of ['a', 'a', 'b', 'a']) await sessions.run(addition(key, made), feeds, '');
    expect(made).toEqual(['a', 'b', 'a']);
  });

  it('lets calls that come at once take turns', async () => {
    const made: string[] = [];
    const sessions = sessionsOf(1);
    const outputs = await Promise.all(['a', 'b', 'b', 'a'].map((key) => sessions.run(addition(key, made), feeds, '')));
    expect(outputs.map(({ sum }) => sum.data[0])).toEqual([11, 11, 11, 11]);
    expect(made).toEqual(['a', 'b', 'a']);
  });

  it('goes on after a call that failed', async () => {
    const sessions = sessionsOf(100);
    const failing = sessions.load(addition('a', [], join(folder, 'gone.bin')));
    const working = sessions.run(addition('b', []), feeds, '');
    await expect(failing).rejects.toThrow(ProblemError);
    expect((await working).sum.data[0]).toBe(11);
  });

  it('steps down to the CPU where a provider does not work, and says so once', async () => {
    const news: string[] = [];
    const sessions = sessionsOf(100, [{ ...cpuRung, provider: absent }, cpuRung], (line) => news.push(line));
    const { sum } = await sessions.run(addition('a', []), feeds, '');
    await sessions.load(addition('b', []));
    expect(sum.data[3]).toBe(44);
    expect(news).toHaveLength(1);
    expect(news[0]).toContain(absent);
  });

  it('says what cannot be loaded', async () => {
    const error = await sessionsOf(100)
      .load(addition('a', [], join(folder, 'gone.bin')))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(String(error)).toContain('the network "a"');
  });

  it('says what to lower where memory runs out', async () => {
    const source: SessionSource = {
      ...addition('huge', []),
      graph: () => {
        const graph = new GraphBuilder('huge');
        const x = graph.input('x', 'float32', ['n', 4]);
        const large = graph.node('Expand', [graph.node('ReduceSum', [x]), graph.ints([2 ** 24, 2 ** 24])]);
        graph.output('sum', large, ['a', 'b']);
        return graph.build();
      },
    };
    const error = await sessionsOf(100)
      .run(source, feeds, 'Lower the width.')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(String(error)).toContain('not enough memory');
    expect(String(error)).toContain('Lower the width.');
  });
});
