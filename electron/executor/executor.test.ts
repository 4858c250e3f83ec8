import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileRef } from '../../nodes/types.ts';
import { createBench, graphOf } from '../../test/fixtures/graphs.ts';
import type { RunResult } from './events.ts';

/** The texts that a run told by the names of its pictures. */
const told = ({ pictures }: RunResult) => pictures.map(({ path }) => basename(path).replace(/_\d+_\.png$/, ''));

describe('a run', () => {
  it('runs what is wanted, tells its news in order, and puts the workflow into the pictures', async () => {
    await using bench = await createBench();
    const result = await bench.run(
      graphOf({
        one: ['Number', { value: 1 }],
        two: ['Sum', { a: ['one', 'FLOAT'], b: 1 }],
        save: ['Save', { images: ['two', 'FLOAT'], filename_prefix: 'chain' }],
      }),
    );
    expect(result.status).toBe('done');
    expect(result.pictures).toEqual([{ path: join(bench.folder, 'output', 'chain_00001_.png'), width: 1, height: 1 }]);
    expect((await readFile(result.pictures[0].path)).toString('latin1')).toContain('{"format":"weft"}');
    expect(result.events.map((event) => (event.type === 'planned' ? 'planned' : `${event.type} ${event.node}`))).toEqual([
      'planned',
      'started one',
      'done one',
      'started two',
      'done two',
      'started save',
      'done save',
    ]);
    expect(result.nodes).toMatchObject({ one: { cached: false }, two: { cached: false }, save: { cached: false } });
  });

  it('runs only what the wanted nodes need', async () => {
    await using bench = await createBench();
    const graph = graphOf({
      one: ['Number', { value: 1 }],
      broken: ['Throw', { expected: true }],
      show: ['Show', { value: ['broken', 'FLOAT'] }],
    });
    const result = await bench.run(graph, { wanted: ['one'] });
    expect(result.status).toBe('done');
    expect(Object.keys(result.nodes)).toEqual(['one']);
  });

  it('says so where a wanted node is not there', async () => {
    await using bench = await createBench();
    const result = await bench.run(graphOf({ one: ['Number', { value: 1 }] }), { wanted: ['one', 'two'] });
    expect(result).toMatchObject({ status: 'failed', problems: [{ node: 'two', what: expect.stringContaining('"two"') }], nodes: {} });
  });

  it('computes a value once for equal nodes, and one that two branches want once', async () => {
    await using bench = await createBench();
    const result = await bench.run(
      graphOf({
        a: ['Random', {}],
        first: ['Number', { value: 2 }],
        second: ['Number', { value: 2 }],
        left: ['Sum', { a: ['first', 'FLOAT'], b: ['a', 'FLOAT'] }],
        right: ['Sum', { a: ['second', 'FLOAT'], b: ['a', 'FLOAT'] }],
        text: ['ToText', { value: ['left', 'FLOAT'] }],
        other: ['ToText', { value: ['right', 'FLOAT'] }],
        save: ['Save', { filename_prefix: ['text', 'STRING'] }],
        again: ['Save', { filename_prefix: ['other', 'STRING'] }],
      }),
    );
    expect(result.status).toBe('done');
    expect(result.pictures).toHaveLength(1);
    expect(result.nodes).toMatchObject({
      first: { cached: false },
      second: { cached: true },
      save: { cached: false },
      again: { cached: true },
    });
  });

  it('runs image work beside the accelerator, and passes values between the processes', async () => {
    await using bench = await createBench();
    const result = await bench.run(
      graphOf({
        a: ['Image-accelerator', { size: 4, value: 1, ms: 300 }],
        b: ['Image-cpu', { size: 4, value: 2, ms: 300 }],
        sum: ['AddImages-cpu', { a: ['a', 'IMAGE'], b: ['b', 'IMAGE'] }],
        back: ['AddImages-accelerator', { a: ['sum', 'IMAGE'], b: ['b', 'IMAGE'] }],
        mean: ['Mean', { image: ['back', 'IMAGE'] }],
        text: ['ToText', { value: ['mean', 'FLOAT'] }],
        save: ['Save', { filename_prefix: ['text', 'STRING'] }],
      }),
    );
    expect(told(result)).toEqual(['5']);
    const starts = result.events.filter(({ type }) => type === 'started' || type === 'done').map(({ type }) => type);
    expect(starts.slice(0, 2)).toEqual(['started', 'started']);
  });

  it('waits for the one before it, and finds what that has made', async () => {
    await using bench = await createBench();
    const graph = graphOf({
      image: ['Image-accelerator', { size: 4, value: 1, ms: 30 }],
      mean: ['Mean', { image: ['image', 'IMAGE'] }],
      show: ['Show', { value: ['mean', 'FLOAT'] }],
    });
    const [first, second] = await Promise.all([bench.run(graph), bench.run(graph)]);
    expect(first.nodes).toMatchObject({ image: { cached: false }, show: { cached: false } });
    expect(second).toMatchObject({ status: 'done', nodes: { show: { cached: true } } });
  });

  it('finishes one picture before it begins the next', async () => {
    await using bench = await createBench();
    const branch = (name: string, value: number) =>
      ({
        [`${name}1`]: ['Image-accelerator', { size: 4, value, ms: 0 }],
        [`${name}2`]: ['AddImages-accelerator', { a: [`${name}1`, 'IMAGE'], b: [`${name}1`, 'IMAGE'] }],
        [`${name}3`]: ['Mean', { image: [`${name}2`, 'IMAGE'] }],
        [`${name}4`]: ['Show', { value: [`${name}3`, 'FLOAT'] }],
      }) as const;
    const { events } = await bench.run(graphOf({ ...branch('a', 1), ...branch('b', 2), ...branch('c', 3) }));
    const started = events.flatMap((event) => (event.type === 'started' ? event.node : []));
    expect(started).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'b4', 'c1', 'c2', 'c3', 'c4']);
  });

  it('draws anew in each run where a node is not deterministic', async () => {
    await using bench = await createBench();
    const graph = graphOf({
      a: ['Random'],
      text: ['ToText', { value: ['a', 'FLOAT'] }],
      save: ['Save', { filename_prefix: ['text', 'STRING'] }],
    });
    expect(told(await bench.run(graph))).not.toEqual(told(await bench.run(graph)));
  });
});

describe('lists', () => {
  const tellAll = { text: ['ToText', { value: ['last', 'FLOAT'] }], save: ['Save', { filename_prefix: ['text', 'STRING'] }] } as const;

  it('run nodes once for each item, shorter ones repeating their last', async () => {
    await using bench = await createBench();
    const graph = graphOf({
      three: ['Range', { count: 3 }],
      two: ['Range', { count: 2 }],
      last: ['Sum', { a: ['three', 'FLOAT'], b: ['two', 'FLOAT'] }],
      ...tellAll,
    });
    expect(told(await bench.run(graph))).toEqual(['0', '2', '3']);
  });

  it('go as a whole to nodes that take lists', async () => {
    await using bench = await createBench();
    const graph = graphOf({ four: ['Range', { count: 4 }], last: ['SumOfList', { values: ['four', 'FLOAT'] }], ...tellAll });
    expect(told(await bench.run(graph))).toEqual(['6']);
  });

  it('without items run nothing', async () => {
    await using bench = await createBench();
    const result = await bench.run(graphOf({ last: ['Range', { count: 0 }], ...tellAll }));
    expect(result).toMatchObject({ status: 'done', pictures: [] });
  });
});

describe('inputs', () => {
  it('reach the node in the types that it declares', async () => {
    await using bench = await createBench();
    const result = await bench.run(
      graphOf({
        fields: ['Fields', { seed: 18446744073709551615n, steps: 20, flag: false, choice: 'two', words: 'x' }],
        save: ['Save', { filename_prefix: ['fields', 'STRING'] }],
        optional: ['Optional', {}],
        other: ['Save', { filename_prefix: ['optional', 'STRING'] }],
      }),
    );
    expect(told(result)).toEqual(['bigint 18446744073709551615 20 false two x', 'none']);
  });

  it('take whole numbers for numbers, and are checked where their values come from links', async () => {
    await using bench = await createBench();
    const result = await bench.run(
      graphOf({
        whole: ['Integer', { value: 7 }],
        sum: ['Sum', { a: ['whole', 'INT'], b: 0.5 }],
        text: ['ToText', { value: ['sum', 'FLOAT'] }],
        save: ['Save', { filename_prefix: ['text', 'STRING'] }],
        many: ['Integer', { value: 101 }],
        fields: ['Fields', { seed: 0, steps: ['many', 'INT'], flag: true, choice: 'one', words: '' }],
        show: ['Show', { text: ['fields', 'STRING'] }],
      }),
    );
    expect(told(result)).toEqual(['7.5']);
    expect(result).toMatchObject({
      status: 'failed',
      problems: [{ node: 'fields', input: 'steps', what: expect.stringContaining('a whole number from 1 to 100') }],
    });
  });
});

describe('files', () => {
  const fileOf = (name: string): FileRef => ({ name, path: `/models/${name}`, fingerprint: `of ${name}` });

  it('are looked up once each, and reach nodes by field and by mention', async () => {
    const asked: string[] = [];
    await using bench = await createBench({
      files: {
        find: async (_folder, name) => {
          asked.push(name);
          return fileOf(name);
        },
      },
    });
    const result = await bench.run(
      graphOf({
        prompt: ['Prompt', { text: 'embedding:cat' }],
        show: ['Show', { text: ['prompt', 'STRING'] }],
        read: ['ReadFile', { name: 'a' }],
        again: ['ReadFile', { name: 'a' }],
        b: ['Show', { text: ['read', 'MODEL'] }],
        c: ['Show', { text: ['again', 'MODEL'] }],
      }),
    );
    expect(result.status).toBe('done');
    expect(asked.sort()).toEqual(['a', 'cat']);
  });

  it('may bundle the textual inversions that prompts mention', async () => {
    const bundles = async (file: FileRef, embedding: string) => file.name === 'lora' && embedding === 'cat';
    const find = async (folder: string, name: string) => (folder === 'embeddings' ? undefined : fileOf(name));
    await using bench = await createBench({ files: { find, bundles } });
    const run = (text: string) =>
      bench.run(
        graphOf({
          read: ['ReadFile', { name: 'lora' }],
          b: ['Show', { text: ['read', 'MODEL'] }],
          prompt: ['Prompt', { text }],
          c: ['Show', { text: ['prompt', 'STRING'] }],
        }),
      );
    expect((await run('embedding:cat')).status).toBe('done');
    expect(await run('embedding:dog')).toMatchObject({
      status: 'failed',
      problems: [{ node: 'prompt', what: expect.stringContaining('dog') }],
    });
  });

  it('that are missing are told all at once, before anything runs', async () => {
    await using bench = await createBench({
      files: { find: async () => undefined, list: async () => ['dreamshaper.safetensors', 'other'] },
    });
    const result = await bench.run(
      graphOf({
        read: ['ReadFile', { name: 'dreamshapr.safetensors' }],
        prompt: ['Prompt', { text: 'embedding:cat' }],
        b: ['Show', { text: ['read', 'MODEL'] }],
        c: ['Show', { text: ['prompt', 'STRING'] }],
      }),
    );
    expect(result).toMatchObject({
      status: 'failed',
      problems: [
        {
          node: 'read',
          input: 'name',
          what: expect.stringContaining('dreamshapr'),
          fix: expect.stringContaining('"dreamshaper.safetensors"'),
        },
        { node: 'prompt', input: 'text', what: expect.stringContaining('embeddings') },
      ],
    });
    expect(result.events).toEqual([]);
  });
});
