import type { NodeContext } from '../../nodes/context.ts';
import type { NodeDefinition } from '../../nodes/define.ts';
import { fieldValue } from './linked-fields.ts';
import type { WorkerTask } from './protocol.ts';

/** The outputs of a node: for each a list of values, of one value unless the output is a list. */
export type Outputs = Readonly<Record<string, readonly unknown[]>>;

/** Tells how far a node is that runs `calls` times, once for each item of its lists. */
type Call = { readonly index: number; readonly count: number };

/**
 * Runs a node on its inputs' lists: once for each item, where shorter lists repeat their last one, or once with all
 * lists if it takes lists. A list without items means that a node which takes one at a time does not run.
 * `upstream` finds the outputs that links take.
 */
export async function runNode(
  definition: NodeDefinition,
  task: WorkerTask,
  upstream: (key: string) => Outputs,
  contextOf: (call: Call) => NodeContext,
): Promise<Outputs> {
  const lists = inputLists(definition, task, upstream);
  if (definition.takesLists) {
    return collect(definition, [await definition.run(lists, contextOf({ index: 0, count: 1 }))]);
  }
  const lengths = Object.values(lists).map((list) => list.length);
  const count = lengths.includes(0) ? 0 : Math.max(1, ...lengths);
  const results: Readonly<Record<string, unknown>>[] = [];
  for (let index = 0; index < count; index++) {
    results.push(await definition.run(itemsAt(lists, index), contextOf({ index, count })));
  }
  return collect(definition, results);
}

type InputLists = Readonly<Record<string, readonly unknown[]>>;

function inputLists(definition: NodeDefinition, task: WorkerTask, upstream: (key: string) => Outputs): InputLists {
  const lists: Record<string, readonly unknown[]> = {};
  for (const [name, spec] of Object.entries(definition.inputs)) {
    const input = task.inputs[name];
    if (input === undefined) {
      if (definition.takesLists) lists[name] = [];
    } else if (input.kind === 'file') {
      lists[name] = [input.file];
    } else if (input.kind === 'value') {
      lists[name] = [fieldValue(name, spec, input.value)];
    } else {
      const list = upstream(input.key)[input.output];
      if (list === undefined) throw new Error(`the value for ${name} has no output ${input.output}`);
      lists[name] = list.map((value) => fieldValue(name, spec, value));
    }
  }
  return lists;
}

function itemsAt(lists: InputLists, index: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list[Math.min(index, list.length - 1)]]));
}

function collect(definition: NodeDefinition, results: readonly Readonly<Record<string, unknown>>[]): Outputs {
  const outputs = Object.entries(definition.outputs).map(([name, { list }]): [string, unknown[]] => [
    name,
    results.flatMap((result) => {
      const value = result[name];
      if (value === undefined || (list && !Array.isArray(value))) throw new Error(`${definition.type} gave no proper value for ${name}`);
      return list && Array.isArray(value) ? value : [value];
    }),
  ]);
  return Object.fromEntries(outputs);
}
