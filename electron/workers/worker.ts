import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { NodeDefinition } from '../../nodes/define.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { findLadder } from './devices/find-ladder.ts';
import { providers } from './devices/report.ts';
import type { FromWorker, ToWorker, WorkerEngine, WorkerSettings } from './protocol.ts';
import { runTask, type Workplace } from './run-task.ts';
import { ValueMemory } from './values.ts';

/*
 * The entry of a worker process: runs one task at a time for the host that started it, and ends with it.
 */

const settingsSchema: z.ZodType<WorkerSettings> = z.object({
  hostPid: z.number(),
  kind: z.enum(['accelerator', 'cpu']),
  catalogModule: z.string(),
  engine: z.object({
    budgetBytes: z.number(),
    deviceBudgetBytes: z.number().optional(),
    device: z.enum(['auto', ...providers]),
    devicesFile: z.string(),
  }),
});

/** The host names the module; nothing that a person opens can. */
async function loadCatalog(path: string): Promise<ReadonlyMap<string, NodeDefinition>> {
  const { catalog } = await import(pathToFileURL(path).href);
  if (!(catalog instanceof Map)) throw new Error(`${path} exports no catalog`);
  return catalog;
}

/** A message that the host no longer takes is no error: the process ends with the channel. */
function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** Devices are tried when the first network is to run, unless it is known already which work. `ran` hears what a network ran on. */
async function startEngine(settings: WorkerEngine, ran: (provider: string) => void): Promise<DiffusionEngine> {
  const { budgetBytes, device, devicesFile } = settings;
  const [{ createEngine }, { rungs, steps, deviceBudgetBytes }] = await Promise.all([
    import('./engine.ts'),
    findLadder({ cacheFile: devicesFile, nodePath: process.execPath }, device),
  ]);
  const report = (text: string) => send({ type: 'notice', text });
  if (device !== 'auto')
    for (const { why, provider } of steps) report(`"${provider}" cannot be used: ${why} Models run on "${rungs[0].provider}".`);
  return createEngine({ budgetBytes, deviceBudgetBytes: settings.deviceBudgetBytes ?? deviceBudgetBytes, ladder: rungs, report, ran });
}

async function start(): Promise<void> {
  // Ctrl+C in a terminal reaches every process of the group: the host decides what becomes of the run.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  if (!process.connected) process.exit(0);

  const settings = settingsSchema.parse(JSON.parse(process.argv[2]));
  let engine: Promise<DiffusionEngine> | undefined;
  let provider = 'cpu';
  const workplace: Workplace = {
    catalog: await loadCatalog(settings.catalogModule),
    values: new ValueMemory(),
    provider: () => provider,
    loadEngine: () => {
      engine ??= startEngine(settings.engine, (used) => {
        provider = used;
      });
      return engine;
    },
    encodePreview: async (image) => (await import('../../nodes/image/codec.ts')).encodeJpeg(image, 512),
    send,
  };
  process.on('message', receiver(workplace));
  send({ type: 'ready' });
  new Worker(new URL('./watchdog.ts', import.meta.url), { workerData: settings.hostPid }).unref();
  flushCompileCache();
}

function receiver(workplace: Workplace): (message: ToWorker) => Promise<void> {
  let abort: AbortController | undefined;
  return async (message) => {
    switch (message.type) {
      case 'run': {
        abort = new AbortController();
        const outcome = await runTask(message.task, workplace, abort.signal);
        abort = undefined;
        send({ type: 'result', ...outcome, memoryBytes: process.memoryUsage.rss() });
        return;
      }
      case 'cancel':
        abort?.abort();
        return;
      case 'drop':
        workplace.values.drop(message.keys);
        return;
      case 'store':
        send({ type: 'stored', key: message.key, outcome: await workplace.values.store(message.key, message.path) });
        return;
    }
  };
}

await start();
