import { open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBench, graphOf, type TestBench } from '../../test/fixtures/graphs.ts';
import { canListProcesses, workerPids } from '../../test/fixtures/processes.ts';

const twoPictures = graphOf({
  a: ['Image-cpu', { size: 16, value: 1, ms: 60 }],
  mean: ['Mean', { image: ['a', 'IMAGE'] }],
  text: ['ToText', { value: ['mean', 'FLOAT'] }],
  save: ['Save', { filename_prefix: ['text', 'STRING'] }],
  preview: ['Preview', { filename_prefix: 'preview' }],
});

async function changeLastByte(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  const { size } = await file.stat();
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  await file.write(Buffer.from([buffer[0] ^ 1]), { position: size - 1 });
}

/** Another use of the same image. */
const otherUse = graphOf({
  a: ['Image-cpu', { size: 16, value: 1, ms: 60 }],
  b: ['Image-cpu', { size: 16, value: 5, ms: 0 }],
  sum: ['AddImages-any', { a: ['a', 'IMAGE'], b: ['b', 'IMAGE'] }],
  mean: ['Mean', { image: ['sum', 'IMAGE'] }],
  text: ['ToText', { value: ['mean', 'FLOAT'] }],
  save: ['Save', { filename_prefix: ['text', 'STRING'] }],
});

describe('a table that a node shows', () => {
  const graph = graphOf({ number: ['Number', { value: 3 }], table: ['Table', { value: ['number', 'FLOAT'] }] });
  const tables = [{ kind: 'numbers', columns: ['#1'], rows: [{ label: 'value', values: [3] }] }];

  it('is told when it is made, when it is cached, and after a restart', async () => {
    await using bench = await createBench();
    expect((await bench.run(graph)).nodes.table).toMatchObject({ cached: false, tables });
    expect((await bench.run(graph)).nodes.table).toEqual({ ms: 0, cached: true, tables });
    await using again = await bench.restart();
    expect((await again.run(graph)).nodes.table).toEqual({ ms: 0, cached: true, tables });
  });

  it('is one for each value of a list', async () => {
    await using bench = await createBench();
    const list = graphOf({ range: ['Range', { count: 2 }], table: ['Table', { value: ['range', 'FLOAT'] }] });
    expect((await bench.run(list)).nodes.table.tables).toHaveLength(2);
  });
});

describe('after a restart', () => {
  it.skipIf(!canListProcesses)('an unchanged run starts no process and finds its pictures', async () => {
    await using bench = await createBench();
    const first = await bench.run(twoPictures);
    expect(workerPids().length).toBeGreaterThan(0);
    await using again = await bench.restart();
    expect(workerPids()).toEqual([]);
    const second = await again.run(twoPictures);
    expect(second.pictures).toEqual(first.pictures);
    expect(second.nodes).toEqual({ save: { ms: 0, cached: true }, preview: { ms: 0, cached: true } });
    expect(workerPids()).toEqual([]);
  });

  it('dear values come from their files, cheap ones are made again', async () => {
    await using bench = await createBench();
    await bench.run(twoPictures);
    await using again = await bench.restart();
    const result = await again.run(otherUse);
    expect(result).toMatchObject({ status: 'done', nodes: { a: { cached: true }, b: { cached: false } } });
    expect(result.pictures.map(({ path }) => basename(path))).toEqual(['6_00001_.png']);
  });

  it.each([
    ['shortened', (path: string) => truncate(path, 100)],
    ['changed in one byte', changeLastByte],
    ['gone', (path: string) => rm(path)],
  ])('a value whose file is %s is made again', async (_, damage) => {
    await using bench = await createBench();
    await bench.run(twoPictures);
    const folder = join(bench.folder, 'cache', 'values');
    const [file] = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.safetensors'));
    await damage(join(folder, file));
    await using again = await bench.restart();
    const result = await again.run(otherUse);
    expect(result).toMatchObject({ status: 'done', nodes: { a: { cached: false } } });
    expect(result.pictures.map(({ path }) => basename(path))).toEqual(['6_00001_.png']);
  });

  it('an index that is damaged is begun anew', async () => {
    await using bench = await createBench();
    await bench.run(twoPictures);
    await bench.executor.close();
    await writeFile(join(bench.folder, 'cache', 'index.sqlite'), 'nonsense '.repeat(1000));
    await using again = await bench.restart();
    expect(await again.run(twoPictures)).toMatchObject({ status: 'done', nodes: { a: { cached: false } } });
  });
});

describe('saved pictures', () => {
  it('that are gone or changed are saved again', async () => {
    await using bench = await createBench();
    const { pictures } = await bench.run(twoPictures);
    await rm(pictures[0].path);
    await writeFile(pictures[1].path, 'another picture');
    const result = await bench.run(twoPictures);
    expect(result).toMatchObject({
      status: 'done',
      nodes: { save: { cached: false }, preview: { cached: false }, text: { cached: true } },
    });
    expect(result.pictures.map(({ path }) => basename(path))).toEqual(['1_00001_.png', 'preview_00002_.png']);
  });

  it('are copied where another output folder is wanted, once', async () => {
    await using bench = await createBench();
    const { pictures } = await bench.run(twoPictures);
    const outputFolder = join(bench.folder, 'elsewhere');
    const copied = await bench.run(twoPictures, { outputFolder });
    expect(copied.pictures).toEqual([{ ...pictures[0], path: join(outputFolder, '1_00001_.png') }, pictures[1]]);
    expect(copied.nodes).toMatchObject({ save: { cached: true } });
    await bench.run(twoPictures, { outputFolder });
    expect(await readdir(outputFolder)).toEqual(['1_00001_.png']);
  });
});

describe('saved checkpoints', () => {
  const graph = graphOf({ save: ['SaveWeights', { value: 3 }] });
  const run = async (bench: TestBench, outputFolder: string) => {
    const { nodes, pictures } = await bench.run(graph, { outputFolder });
    expect(pictures).toEqual([]);
    return { cached: nodes.save.cached, files: await readdir(join(outputFolder, 'weights')) };
  };

  it('that are gone are saved again, in a later process too; others are copied where they are wanted', async () => {
    await using bench = await createBench();
    const [here, elsewhere] = [join(bench.folder, 'output'), join(bench.folder, 'elsewhere')];
    const files = ['test_00001_.safetensors'];
    expect(await run(bench, here)).toEqual({ cached: false, files });
    expect(await run(bench, here)).toEqual({ cached: true, files });
    expect(await run(bench, elsewhere)).toEqual({ cached: true, files });
    const [saved, copied] = [here, elsewhere].map((folder) => join(folder, 'weights', files[0]));
    expect(await readFile(copied)).toEqual(await readFile(saved));
    await Promise.all([saved, copied].map((path) => rm(path)));
    await using again = await bench.restart();
    expect(await run(again, here)).toEqual({ cached: false, files });
  });
});

describe('budgets', () => {
  it('that hold next to nothing still let a run come to its end', async () => {
    await using bench = await createBench({ memoryBudgetBytes: 1, diskBudgetBytes: 1 });
    expect(await bench.run(otherUse)).toMatchObject({ status: 'done', pictures: [{}] });
    expect(
      (await readdir(join(bench.folder, 'cache', 'values'), { recursive: true })).filter((name) => name.endsWith('.safetensors')),
    ).toEqual([]);
    const result = await bench.run(twoPictures);
    expect(result).toMatchObject({ status: 'done', nodes: { a: { cached: false } } });
  });
});
