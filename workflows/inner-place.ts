import { own } from './own.ts';
import { takersOf } from './reroute.ts';
import type { Workflow } from './schema.ts';
import { focus, type Scope } from './scope.ts';
import { inputsType, subgraphOf } from './subgraph-types.ts';

/** An input of a node that runs: its way through the subgraphs (`outer/inner`), and its name. */
export type RunningPlace = { readonly path: string; readonly input: string };

/**
 * Where the value of a field arrives that a node shows: the input itself, or for a node that stands for a subgraph the first
 * one inside that it leads to, however deep. Undefined where it leads to nothing.
 */
export function innerPlace(workflow: Workflow, scope: Scope, id: string, input: string): RunningPlace | undefined {
  const type = own(focus(workflow, scope).nodes, id)?.type;
  if (type === undefined) return undefined;
  const definition = subgraphOf(workflow, type);
  if (definition === undefined) return { path: [...scope, id].join('/'), input };
  const border = Object.keys(definition.nodes).find((one) => definition.nodes[one].type === inputsType);
  if (border === undefined) return undefined;
  const inside = [...scope, id];
  const [taker] = takersOf(focus(workflow, inside), { node: border, output: input });
  return taker && innerPlace(workflow, inside, taker.node, taker.input);
}
