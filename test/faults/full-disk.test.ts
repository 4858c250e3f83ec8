import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBench, graphOf } from '../fixtures/graphs.ts';

const hostScript = fileURLToPath(new URL('./host.ts', import.meta.url));

describe('a full disk', () => {
  let folder: string;
  let mounted = false;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-full-'));
    try {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
      mounted = true;
    } catch {
      console.warn('skipped: a small disk can be mounted only with the right to do so; the limit on file sizes is tried below');
    }
  });

  afterAll(async () => {
    if (mounted) execFileSync('/bin/umount', [folder]);
    await rmdir(folder);
  });

  it('for pictures is told in a sentence, and nothing is half-written', async (context) => {
    if (!mounted) return context.skip();
    await using bench = await createBench();
    const small = graphOf({ save: ['Save', { filename_prefix: 'small', padding: 1000 }] });
    const large = graphOf({ save: ['Save', { filename_prefix: 'large', padding: 100_000 }] });
    expect(await bench.run(small, { outputFolder: folder })).toMatchObject({ status: 'done' });
    expect(await bench.run(large, { outputFolder: folder })).toMatchObject({
      status: 'failed',
      problems: [{ node: 'save', what: expect.stringContaining('no space left'), fix: expect.stringContaining('Free some space') }],
    });
    expect(await readdir(folder)).toEqual(['small_00001_.png']);
  });

  it('for the data folder costs only what is kept for later', async (context) => {
    if (!mounted) return context.skip();
    await using bench = await createBench({ dataFolder: join(folder, 'data') });
    const graph = graphOf({
      a: ['Image-accelerator', { size: 128, value: 1, ms: 200 }],
      mean: ['Mean', { image: ['a', 'IMAGE'] }],
      text: ['ToText', { value: ['mean', 'FLOAT'] }],
      save: ['Save', { filename_prefix: ['text', 'STRING'], padding: 0 }],
    });
    expect(await bench.run(graph)).toMatchObject({ status: 'done', pictures: [{}] });
  });

  it('without a byte left for the data folder still gives the picture', async (context) => {
    if (!mounted) return context.skip();
    const dataFolder = join(folder, 'no-room');
    await mkdir(dataFolder);
    await writeFile(join(folder, 'filler'), Buffer.alloc(65_536)).catch(() => {});
    await using bench = await createBench({ dataFolder });
    const graph = graphOf({ save: ['Save', { filename_prefix: 'x', padding: 0 }] });
    expect(await bench.run(graph)).toMatchObject({ status: 'done', pictures: [{}] });
    await rm(join(folder, 'filler'));
  });

  it('between two processes is told in a sentence', async (context) => {
    if (!mounted) return context.skip();
    await using bench = await createBench({ dataFolder: join(folder, 'data') });
    const graph = graphOf({
      a: ['Image-accelerator', { size: 128, value: 2, ms: 0 }],
      sum: ['AddImages-cpu', { a: ['a', 'IMAGE'], b: ['a', 'IMAGE'] }],
      mean: ['Mean', { image: ['sum', 'IMAGE'] }],
      show: ['Show', { value: ['mean', 'FLOAT'] }],
    });
    expect(await bench.run(graph)).toMatchObject({
      status: 'failed',
      problems: [{ node: 'sum', what: expect.stringContaining('could not be written'), fix: expect.stringContaining('Free some space') }],
    });
  });
});

describe.skipIf(process.platform === 'win32')('a limit on the size of files', () => {
  it('is told like a full disk', async () => {
    const output = await mkdtemp(join(tmpdir(), 'weft-limit-'));
    const graph = { save: ['Save', { filename_prefix: 'large', padding: 300_000 }] };
    // Counted in blocks of 1 KiB. Large enough for the files that Node itself writes.
    const { stdout } = spawnSync(
      'bash',
      ['-c', 'ulimit -f 200; exec "$@"', 'bash', process.execPath, hostScript, JSON.stringify(graph), output],
      {
        encoding: 'utf8',
      },
    );
    const result: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(result).toMatchObject({ status: 'failed', problems: [{ node: 'save', what: expect.stringContaining('no space left') }] });
    expect(await readdir(output)).toEqual([]);
    await rm(output, { recursive: true });
  });
});
