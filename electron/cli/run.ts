import { readFile } from 'node:fs/promises';
import { resolve as absolutePath } from 'node:path';
import { type Problem, ProblemError } from '../../nodes/problem.ts';
import { setInput } from '../../workflows/edit.ts';
import { expand } from '../../workflows/expand.ts';
import { fileFoldersOf } from '../../workflows/file-names.ts';
import { stringifyJson } from '../../workflows/json.ts';
import { titleOf } from '../../workflows/node-names.ts';
import { openWorkflow } from '../../workflows/open.ts';
import { resolve } from '../../workflows/resolve.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { validate } from '../../workflows/validate.ts';
import type { RunEvent, RunResult } from '../executor/events.ts';
import { listNames } from '../library/files.ts';
import { createServices, type Services } from '../services.ts';
import { exitCodes } from './exit-codes.ts';
import { createProgressLine } from './progress.ts';
import { tableText } from './table-text.ts';
import { problemText } from './text.ts';

export type RunOptions = {
  /** `NODE.INPUT=VALUE`, each. */
  readonly set: readonly string[];
  readonly out?: string;
  readonly json: boolean;
  readonly data?: string;
};

/** The object that `--json` prints. */
type JsonResult = Pick<RunResult, 'pictures' | 'checkpoints' | 'nodes' | 'seconds'> & {
  readonly status: 'done' | 'failed' | 'cancelled' | 'invalid';
  readonly problems: readonly Problem[];
};

/** Opens the workflow with the changes of `--set` in it; throws a ProblemError where that can't be. */
async function openWithChanges(file: string, changes: readonly string[], services: Services): Promise<Workflow> {
  const bytes = await readWorkflowFile(file);
  let workflow = openWorkflow(bytes);
  for (const change of changes) {
    const equals = change.indexOf('=');
    if (equals < 1) throw new ProblemError({ what: `--set ${change} has no "=".`, fix: 'Write it as --set NODE.INPUT=VALUE.' });
    workflow = setInput(workflow, change.slice(0, equals), change.slice(equals + 1), services.descriptions);
  }
  return workflow;
}

async function readWorkflowFile(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    const reasons: Readonly<Record<string, string>> = { ENOENT: `There is no file ${file}.`, EISDIR: `${file} is a folder.` };
    throw new ProblemError({
      what: reasons[error.code ?? ''] ?? `${file} cannot be read: ${error.message}.`,
      fix: 'Name a workflow (.json) or a picture that Weft made (.png).',
    });
  });
}

function nodeTitles(workflow: Workflow, services: Services): ReadonlyMap<string, string> {
  const title = ([id, node]: [string, Workflow['nodes'][string]]): [string, string] => [
    id,
    titleOf(node, services.descriptions.get(node.type)),
  ];
  return new Map(Object.entries(expand(workflow, services.descriptions).workflow.nodes).map(title));
}

function printProblems(problems: readonly Problem[], titles?: ReadonlyMap<string, string>): void {
  for (const problem of problems) console.error(problemText(problem, titles));
}

function printJson(result: JsonResult): void {
  const pictures = result.pictures.map((picture) => picture.path);
  console.log(JSON.stringify({ ...result, pictures }));
}

/** Lets Ctrl+C cancel the run; a second one leaves at once. */
function cancelOnInterrupt(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.cancelled);
    controller.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return { signal: controller.signal, release: () => process.off('SIGINT', interrupt).off('SIGTERM', interrupt) };
}

async function execute(workflow: Workflow, services: Services, options: RunOptions): Promise<RunResult> {
  const titles = nodeTitles(workflow, services);
  const progress = createProgressLine(process.stderr, titles);
  const { signal, release } = cancelOnInterrupt();
  const onEvent = (event: RunEvent) => {
    if (event.type === 'done' && !options.json) {
      progress.clear();
      const note = event.cached ? '  (as made before)' : '';
      for (const picture of event.pictures) console.log(`${picture.path}  ${picture.width} x ${picture.height}${note}`);
      for (const path of event.checkpoints) console.log(`${path}${note}`);
      for (const table of event.tables ?? []) console.log(`${titles.get(event.node) ?? event.node}${note}\n${tableText(table)}`);
    }
    progress.show(event);
  };
  try {
    return await services.executor.run(
      {
        graph: resolve(workflow, services.descriptions),
        workflow: stringifyJson(workflow),
        outputFolder: options.out === undefined ? services.paths.output : absolutePath(options.out),
        previews: false,
        signal,
      },
      onEvent,
    );
  } finally {
    progress.clear();
    release();
  }
}

function report(result: JsonResult, titles: ReadonlyMap<string, string> | undefined, json: boolean): number {
  printProblems(result.problems, titles);
  if (result.status === 'cancelled' && !json) console.error('Cancelled.');
  if (json) printJson(result);
  return exitCodes[result.status];
}

/** `weft run FILE`: runs a workflow and returns the exit code. */
export async function runCommand(file: string, options: RunOptions): Promise<number> {
  const nothing = { pictures: [], checkpoints: [], nodes: {}, seconds: 0 };
  let services: Services | undefined;
  try {
    services = await createServices({ data: options.data });
    const workflow = await openWithChanges(file, options.set, services);
    const titles = nodeTitles(workflow, services);
    const problems = validate(
      workflow,
      services.descriptions,
      await listNames(services.library, fileFoldersOf(workflow, services.descriptions)),
    );
    if (problems.length > 0) return report({ status: 'invalid', problems, ...nothing }, titles, options.json);
    const result = await execute(workflow, services, options);
    return report({ ...result, problems: result.status === 'failed' ? result.problems : [] }, titles, options.json);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return report({ status: 'invalid', problems: [error.problem], ...nothing }, undefined, options.json);
  } finally {
    await services?.close();
  }
}
