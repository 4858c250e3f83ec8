import type { FileRef } from '../../nodes/types.ts';
import type { TaskInput, ValueSource, WorkerTask } from '../workers/protocol.ts';
import type { RunRequest } from './events.ts';
import type { Task } from './plan.ts';
import type { PreparedNode } from './prepare.ts';

type Surroundings = {
  readonly keys: ReadonlyMap<string, string>;
  readonly files: readonly FileRef[];
  readonly request: RunRequest;
  readonly tempFolder: string;
  readonly keep: WorkerTask['keep'];
};

/** The message that has a worker run a task. */
export function workerTask(
  { key, node }: Task,
  sources: readonly ValueSource[],
  { keys, files, request, tempFolder, keep }: Surroundings,
): WorkerTask {
  const { outputFolder, workflow, previews } = request;
  return {
    key,
    node: node.id,
    nodeType: node.type,
    inputs: taskInputs(node, keys),
    sources,
    mentions: node.mentions,
    files,
    ...(node.definition.output ? { output: { folders: { output: outputFolder, temp: tempFolder }, workflow } } : {}),
    previews,
    keep,
  };
}

function taskInputs(node: PreparedNode, keys: ReadonlyMap<string, string>): Record<string, TaskInput> {
  const inputs: Record<string, TaskInput> = {};
  for (const [name, input] of Object.entries(node.inputs)) {
    const file = node.files.get(name);
    if (file !== undefined) inputs[name] = { kind: 'file', file };
    else if (input.kind === 'value') inputs[name] = input;
    else inputs[name] = { kind: 'link', key: keys.get(input.node) ?? '', output: input.output };
  }
  return inputs;
}
