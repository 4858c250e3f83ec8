import { expect, it, vi } from 'vitest';
import { preferredForms } from '../../nodes/diffusion/onnx/forms.ts';
import { GraphBuilder } from '../../nodes/diffusion/onnx/graph.ts';
import { filled } from '../../nodes/diffusion/tensor.ts';
import { OutOfMemoryError } from '../../nodes/problem.ts';
import { cpuRung, type Rung } from './devices/ladder.ts';
import type { Network } from './runtime.ts';
import { type SessionSource, Sessions } from './sessions.ts';

/** How many numbers the graphics card of these tests holds. */
const cardHolds = 100;

// A card that computes as the CPU does, and says what WebGPU says where an input is too large for it.
vi.mock('./runtime.ts', async (importOriginal) => {
  const runtime = await importOriginal<typeof import('./runtime.ts')>();
  return {
    ...runtime,
    async createNetwork(...[graph, options]: Parameters<typeof runtime.createNetwork>): Promise<Network> {
      const network = await runtime.createNetwork(graph, { ...options, provider: 'cpu' });
      if (options.provider === 'cpu') return network;
      return {
        ...network,
        async run(feeds) {
          if (feeds.x.data.length > cardHolds) throw new Error('Failed to create buffer: out of memory');
          return network.run(feeds);
        },
      };
    },
  };
});

const card: Rung = { provider: 'webgpu', precision: 'float32', forms: preferredForms.webgpu };

function doubling(key: string, more: Partial<SessionSource> = {}): SessionSource {
  const graph = () => {
    const builder = new GraphBuilder('double');
    const x = builder.input('x', 'float32', ['n']);
    builder.output('sum', builder.node('Add', [x, x]), ['n']);
    return builder.build();
  };
  return { key, title: `the network "${key}"`, repeats: false, graph, ...more };
}

function sessionsOnCard() {
  const [news, ran]: [string[], string[]] = [[], []];
  const budgets = { ram: 1e9, device: 1e9 };
  const sessions = new Sessions({
    budgets,
    ladder: [card, cpuRung],
    report: (text) => news.push(text),
    ran: (provider) => ran.push(provider),
  });
  const run = (source: SessionSource, count: number) => sessions.run(source, { x: filled([count], 3) }, 'Lower the width.');
  return { run, news, ran };
}

it('goes on a step down with a network that is too large for the device, says so once, and leaves the others there', async () => {
  const { run, news, ran } = sessionsOnCard();
  expect((await run(doubling('a'), 101)).sum).toEqual(filled([101], 6));
  for (const key of ['b', 'a', 'b']) await run(doubling(key), 100);
  expect(ran).toEqual(['cpu', 'webgpu', 'cpu', 'webgpu']);
  expect(news).toEqual(['The memory of "webgpu" is too small for the network "a"; it goes on with "cpu".']);
});

it('says what to lower for a network that its caller can cut up, and keeps it on the device', async () => {
  const { run, news, ran } = sessionsOnCard();
  const failing = run(doubling('tiles', { divisible: true }), 101);
  await expect(failing).rejects.toThrow('There is not enough memory to run the network "tiles" at this size. Lower the width.');
  await expect(failing).rejects.toBeInstanceOf(OutOfMemoryError);
  await run(doubling('tiles', { divisible: true }), 50);
  expect([ran, news]).toEqual([['webgpu'], []]);
});
