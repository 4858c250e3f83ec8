import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { NodeDefinition } from '../../nodes/define.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import { preferredForms } from '../../nodes/diffusion/onnx/forms.ts';
import { cpuRung } from './devices/ladder.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.ts';
import { runTask, type Workplace } from './run-task.ts';
import type { SessionsOptions } from './sessions.ts';
import { ValueMemory } from './values.ts';

/*
 * The entry of a worker process: runs one task at a time for the host that started it, and ends with it.
 */

const settingsSchema: z.ZodType<WorkerSettings> = z.object({
  hostPid: z.number(),
  kind: z.enum(['accelerator', 'cpu']),
  catalogModule: z.string(),
  engine: z.object({ budgetBytes: z.number(), provider: z.string() }),
});

/** The host names the module; nothing that a person opens can. */
async function loadCatalog(path: string): Promise<ReadonlyMap<string, NodeDefinition>> {
  const { catalog } = await import(pathToFileURL(path).href);
  if (!(catalog instanceof Map)) throw new Error(`${path} exports no catalog`);
  return catalog;
}

function ladderOf(provider: string): SessionsOptions['ladder'] {
  if (provider !== 'webgpu') return [cpuRung];
  return [{ provider, precision: 'float32', forms: { ...preferredForms.webgpu, attention: 'decomposed' } }, cpuRung];
}

/** A message that the host no longer takes is no error: the process ends with the channel. */
function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function start(): Promise<void> {
  // Ctrl+C in a terminal reaches every process of the group: the host decides what becomes of the run.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  if (!process.connected) process.exit(0);

  const settings = settingsSchema.parse(JSON.parse(process.argv[2]));
  let engine: Promise<DiffusionEngine> | undefined;
  const workplace: Workplace = {
    catalog: await loadCatalog(settings.catalogModule),
    values: new ValueMemory(),
    provider: settings.engine.provider,
    loadEngine: () => {
      engine ??= import('./engine.ts').then(({ createEngine }) =>
        createEngine({ budgetBytes: settings.engine.budgetBytes, ladder: ladderOf(settings.engine.provider) }),
      );
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
