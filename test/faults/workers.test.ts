import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createBench, graphOf } from '../fixtures/graphs.ts';
import { canListProcesses, isAlive, workerPids } from '../fixtures/processes.ts';

const goodNodes = {
  a: ['Image-accelerator', { size: 8, value: 3, ms: 0 }],
  mean: ['Mean', { image: ['a', 'IMAGE'] }],
  text: ['ToText', { value: ['mean', 'FLOAT'] }],
  save: ['Save', { filename_prefix: ['text', 'STRING'], padding: 0 }],
} as const;
const good = graphOf(goodNodes);

describe.skipIf(!canListProcesses)('a worker process that ends in the middle of a node', () => {
  it('fails that node with a reason, and the next run has a new process', async () => {
    await using bench = await createBench();
    const steps = graphOf({ slow: ['Steps', { steps: 1000, ms: 10 }], show: ['Show', { value: ['slow', 'FLOAT'] }] });
    const running = bench.executor.run(
      { graph: steps, workflow: '', outputFolder: bench.folder, previews: false, signal: new AbortController().signal },
      ({ type }) => {
        if (type === 'progress') for (const pid of workerPids()) process.kill(pid, 'SIGKILL');
      },
    );
    expect(await running).toMatchObject({
      status: 'failed',
      problems: [{ node: 'slow', what: expect.stringContaining('SIGKILL'), fix: expect.stringContaining('memory') }],
    });
    expect(await bench.run(good)).toMatchObject({ status: 'done', pictures: [{}] });
  });

  it.each([
    ['SIGABRT', 'SIGABRT'],
    ['exit', 'exit code 7'],
  ])('says how it ended (%s), and values lost with it are made again for other branches', async (signal, told) => {
    await using bench = await createBench({ diskBudgetBytes: 0 });
    const result = await bench.run(
      graphOf({
        image: ['Image-accelerator', { size: 8, value: 2, ms: 0 }],
        crash: ['Crash', { trigger: ['image', 'IMAGE'], signal }],
        sum: ['AddImages-accelerator', { a: ['image', 'IMAGE'], b: ['image', 'IMAGE'] }],
        mean: ['Mean', { image: ['sum', 'IMAGE'] }],
        text: ['ToText', { value: ['mean', 'FLOAT'] }],
        never: ['Show', { value: ['crash', 'FLOAT'] }],
        save: ['Save', { filename_prefix: ['text', 'STRING'], padding: 0 }],
      }),
    );
    expect(result).toMatchObject({ status: 'failed', problems: [{ node: 'crash', what: expect.stringContaining(told) }] });
    expect(result.pictures.map(({ path }) => basename(path))).toEqual(['4_00001_.png']);
    expect(result.events.filter((event) => event.type === 'started' && event.node === 'image')).toHaveLength(2);
  });

  it('does not end by Ctrl+C in the terminal, which is for the host to hear', async () => {
    await using bench = await createBench();
    const graph = graphOf({ slow: ['Steps', { steps: 5, ms: 20 }], show: ['Show', { value: ['slow', 'FLOAT'] }] });
    const request = { graph, workflow: '', outputFolder: bench.folder, previews: false, signal: new AbortController().signal };
    const result = await bench.executor.run(request, ({ type }) => {
      if (type === 'progress') for (const pid of workerPids()) process.kill(pid, 'SIGINT');
    });
    expect(result.status).toBe('done');
  });

  it('is not started over and over where it cannot start', async () => {
    await using bench = await createBench({ catalogModule: '/nowhere/catalog.ts' });
    const result = await bench.run(good);
    expect(result).toMatchObject({ status: 'failed', problems: [{ node: 'a', what: expect.stringContaining('before it was ready') }] });
  });
});

describe('a node that throws', () => {
  it('fails with its dependents, while other branches finish', async () => {
    await using bench = await createBench();
    const result = await bench.run(
      graphOf({
        expected: ['Throw', { expected: true }],
        bug: ['Throw', { expected: false }],
        after: ['Sum', { a: ['expected', 'FLOAT'], b: ['bug', 'FLOAT'] }],
        never: ['Show', { value: ['after', 'FLOAT'] }],
        ...goodNodes,
      }),
    );
    expect(result.pictures).toHaveLength(1);
    expect(result).toMatchObject({
      status: 'failed',
      problems: [
        { node: 'expected', input: 'expected', what: 'This node always fails.', fix: 'Take another one.' },
        { node: 'bug', what: expect.stringContaining('a bug') },
      ],
    });
    expect(Object.keys(result.nodes)).not.toContain('after');
  });
});

describe.skipIf(!canListProcesses)('cancelling', () => {
  it('ends a node at its next step and keeps its process', async () => {
    await using bench = await createBench();
    const abort = new AbortController();
    const graph = graphOf({ slow: ['Steps', { steps: 100000, ms: 5 }], show: ['Show', { value: ['slow', 'FLOAT'] }] });
    let before: number[] = [];
    const result = await bench.executor.run(
      { graph, workflow: '', outputFolder: '/', previews: false, signal: abort.signal },
      ({ type }) => {
        if (type !== 'progress') return;
        before = workerPids();
        abort.abort();
      },
    );
    expect(result.status).toBe('cancelled');
    expect(before).not.toEqual([]);
    expect(workerPids()).toEqual(before);
  });

  it('ends the process of a node that does not hear', async () => {
    await using bench = await createBench({ cancelGraceMs: 100 });
    const abort = new AbortController();
    const graph = graphOf({ deaf: ['BusyLoop', { seconds: 1000 }], show: ['Show', { value: ['deaf', 'FLOAT'] }] });
    let before: number[] = [];
    const result = await bench.executor.run(
      { graph, workflow: '', outputFolder: '/', previews: false, signal: abort.signal },
      ({ type }) => {
        if (type !== 'progress') return;
        before = workerPids();
        abort.abort();
      },
    );
    expect(result.status).toBe('cancelled');
    expect(before.filter(isAlive)).toEqual([]);
    expect(await bench.run(good)).toMatchObject({ status: 'done' });
  });

  it('at any moment leaves everything fit for the next run', async () => {
    await using bench = await createBench({ cancelGraceMs: 50 });
    for (let round = 0; round < 25; round++) {
      const graph = graphOf({
        a: ['Image-cpu', { size: 64, value: round, ms: 10 }],
        b: ['Image-accelerator', { size: 64, value: 1, ms: 10 }],
        sum: ['AddImages-cpu', { a: ['a', 'IMAGE'], b: ['b', 'IMAGE'] }],
        slow: ['Steps', { steps: 10, ms: 3 }],
        mean: ['Mean', { image: ['sum', 'IMAGE'] }],
        last: ['Sum', { a: ['mean', 'FLOAT'], b: ['slow', 'FLOAT'] }],
        text: ['ToText', { value: ['last', 'FLOAT'] }],
        save: ['Save', { filename_prefix: ['text', 'STRING'], padding: 0 }],
      });
      const cancelled = await bench.run(graph, { signal: AbortSignal.timeout(1 + ((round * 37) % 150)) });
      expect(['done', 'cancelled']).toContain(cancelled.status);
      const result = await bench.run(graph);
      // Where the cancel came right after the picture, that one stays and this is the second.
      expect(result.pictures.map(({ path }) => basename(path))).toEqual([expect.stringMatching(`^${round + 11}_0000[12]_.png$`)]);
    }
  });

  it('before the start runs nothing', async () => {
    await using bench = await createBench();
    expect(await bench.run(good, { signal: AbortSignal.abort() })).toMatchObject({ status: 'cancelled', nodes: {} });
    expect(workerPids()).toEqual([]);
  });

  it('happens when the executor is closed, and no process stays', async () => {
    await using bench = await createBench({ cancelGraceMs: 100 });
    const started = Promise.withResolvers<void>();
    const graph = graphOf({ deaf: ['BusyLoop', { seconds: 1000 }], show: ['Show', { value: ['deaf', 'FLOAT'] }] });
    const request = { graph, workflow: '', outputFolder: '/', previews: false, signal: new AbortController().signal };
    const running = bench.executor.run(request, ({ type }) => {
      if (type === 'progress') started.resolve();
    });
    await started.promise;
    await bench.executor.close();
    expect((await running).status).toBe('cancelled');
    expect(workerPids()).toEqual([]);
  });
});

describe.skipIf(!canListProcesses)('a host that is killed', () => {
  it.each([
    ['waiting', { slow: ['Steps', { steps: 100000, ms: 50 }], show: ['Show', { value: ['slow', 'FLOAT'] }] }],
    ['computing', { deaf: ['BusyLoop', { seconds: 1000 }], show: ['Show', { value: ['deaf', 'FLOAT'] }] }],
  ])('takes its %s processes with it', async (_, graph) => {
    const host = startHost(graph);
    await Promise.race([firstProgress(host), once(host, 'exit')]);
    const workers = workerPids(host.pid);
    expect(workers).not.toEqual([]);
    host.kill('SIGKILL');
    await once(host, 'exit');
    for (let waited = 0; waited < 10_000 && workers.some(isAlive); waited += 50) await delay(50);
    expect(workers.filter(isAlive)).toEqual([]);
  });
});

async function firstProgress({ stdout }: ReturnType<typeof startHost>): Promise<void> {
  for await (const line of createInterface({ input: stdout })) {
    if (JSON.parse(line).type === 'progress') return;
  }
}

function startHost(graph: unknown) {
  const script = fileURLToPath(new URL('./host.ts', import.meta.url));
  return spawn(process.execPath, [script, JSON.stringify(graph), tmpdir()], { stdio: ['ignore', 'pipe', 'inherit'] });
}
