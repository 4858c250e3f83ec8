import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NodeContext } from '../../nodes/context.ts';
import type { NodeDefinition } from '../../nodes/define.ts';
import type { DiffusionEngine } from '../../nodes/diffusion/engine.ts';
import type { Tensor } from '../../nodes/diffusion/tensor.ts';
import { CancelledError, type Problem, ProblemError } from '../../nodes/problem.ts';
import type { ResultTable } from '../../nodes/result-table.ts';
import { cancellableEngine } from './cancellable-engine.ts';
import { saveCheckpoint } from './checkpoints.ts';
import { savePicture } from './pictures.ts';
import { Previews } from './previews.ts';
import type { FromWorker, OutputTarget, SavedFile, TaskResult, WorkerTask } from './protocol.ts';
import { type Outputs, runNode } from './task.ts';
import { writeValueFile } from './value-files.ts';
import { byteCount, type Gathered, type ValueMemory } from './values.ts';
import { isDear } from './worth.ts';

export type Workplace = {
  readonly catalog: ReadonlyMap<string, NodeDefinition>;
  readonly values: ValueMemory;
  /** The execution provider that the last network ran on. */
  readonly provider: () => string;
  readonly loadEngine: () => Promise<DiffusionEngine>;
  readonly encodePreview: (image: Tensor) => Promise<Uint8Array>;
  readonly send: (message: FromWorker) => void;
};

/** Runs a task in this process, from gathering its inputs to keeping its outputs. Never throws. */
export async function runTask(
  task: WorkerTask,
  workplace: Workplace,
  signal: AbortSignal,
): Promise<{ result: TaskResult; loaded: readonly string[] }> {
  const gathered = await workplace.values.gather(task.sources, task.files);
  const { missing, loaded } = gathered;
  if (missing.length > 0) return { result: { status: 'missing', keys: missing }, loaded };
  try {
    return { result: await produce(task, gathered, workplace, signal), loaded };
  } catch (error) {
    const result: TaskResult =
      error instanceof CancelledError && signal.aborted ? { status: 'cancelled' } : { status: 'failed', problem: problemOf(error, task) };
    return { result, loaded };
  }
}

async function produce(task: WorkerTask, gathered: Gathered, workplace: Workplace, signal: AbortSignal): Promise<TaskResult> {
  const definition = workplace.catalog.get(task.nodeType);
  if (definition === undefined) throw new Error(`this process has no node type ${task.nodeType}`);
  const saved: SavedFile[] = [];
  const tables: ResultTable[] = [];
  const previews = new Previews(workplace.encodePreview, (jpeg) => workplace.send({ type: 'preview', jpeg }));
  const started = performance.now();
  let outputs: Outputs;
  try {
    outputs = await runNode(definition, task, upstreamOf(gathered), (call) =>
      contextOf({ task, workplace, signal, previews, saved, tables, call }),
    );
  } finally {
    await previews.settled();
  }
  const ms = performance.now() - started;
  const { info, encoded } = workplace.values.add(task.key, definition, outputs);
  const written =
    info.json === undefined && isWanted(task, definition, ms, info.bytes) && (await wasWritten(writeValueFile(task.keep.path, encoded)));
  const device = definition.device === 'accelerator' ? workplace.provider() : 'cpu';
  const value = tables.length === 0 ? info : { ...info, tables };
  return { status: 'done', ms, device, value, saved, ...(written ? { fileBytes: byteCount(encoded) } : {}) };
}

function isWanted({ keep }: WorkerTask, { device }: NodeDefinition, ms: number, bytes: number): boolean {
  if (keep.when !== 'dear') return keep.when === 'always';
  // What a network made is dear however quickly it ran: a later process would have to load the network first.
  return device === 'accelerator' || isDear(ms, bytes);
}

/** The file is a copy of what is in memory: without it (a full disk, say) the run goes on. */
async function wasWritten(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch {
    return false;
  }
}

function upstreamOf({ values }: Gathered): (key: string) => Outputs {
  return (key) => {
    const outputs = values.get(key);
    if (outputs === undefined) throw new Error(`the value ${key} was not sent along`);
    return outputs;
  };
}

type Surroundings = {
  readonly task: WorkerTask;
  readonly workplace: Workplace;
  readonly signal: AbortSignal;
  readonly previews: Previews;
  readonly saved: SavedFile[];
  readonly tables: ResultTable[];
  readonly call: { readonly index: number; readonly count: number };
};

function contextOf({ task, workplace, signal, previews, saved, tables, call }: Surroundings): NodeContext {
  return {
    signal,
    progress(value, max, preview) {
      if (signal.aborted) throw new CancelledError();
      workplace.send({ type: 'progress', value: call.index * max + value, max: call.count * max, memoryBytes: process.memoryUsage.rss() });
      if (task.previews && preview !== undefined) previews.offer(preview);
    },
    engine: cancellableEngine(workplace.loadEngine, signal, (value, max) =>
      workplace.send({ type: 'progress', value, max, memoryBytes: process.memoryUsage.rss() }),
    ),
    file: (folder, name) => task.mentions.find((mention) => mention.folder === folder && mention.name === name)?.file,
    async savePicture(picture) {
      if (signal.aborted) throw new CancelledError();
      const file = await savePicture(picture, outputOf(task));
      saved.push(file);
      return { path: file.path, width: picture.width, height: picture.height };
    },
    async saveCheckpoint(checkpoint) {
      const pause = async (value: number, max: number) => {
        await nextTurn();
        if (signal.aborted) throw new CancelledError();
        workplace.send({ type: 'progress', value, max, memoryBytes: process.memoryUsage.rss() });
      };
      saved.push(await saveCheckpoint(checkpoint, outputOf(task), pause));
    },
    showTable(table) {
      tables.push(table);
    },
  };
}

function outputOf({ output, nodeType }: WorkerTask): OutputTarget {
  if (output === undefined) throw new Error(`${nodeType} saves a file but is not declared as an output node`);
  return output;
}

function problemOf(error: unknown, { node, nodeType }: WorkerTask): Problem {
  if (error instanceof ProblemError) return { node, ...error.problem };
  if (error instanceof RangeError && /allocation failed|invalid (typed )?array( buffer)? length/i.test(error.message)) {
    return {
      node,
      what: `There was not enough memory for ${nodeType}.`,
      fix: 'Make the picture or the batch smaller, or close other programs.',
    };
  }
  console.error(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    node,
    what: `${nodeType} stopped on an error that it should not have had: ${message}.`,
    fix: 'This is a fault in Weft: please report it together with the workflow.',
  };
}
