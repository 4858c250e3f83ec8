import type { NodeContext } from '../nodes/context.ts';
import type { NodeDefinition } from '../nodes/define.ts';
import type { SocketType, SocketValues } from '../nodes/types.ts';

/** A node context of which only the parts in `overrides` may be used. */
export function testContext(overrides: Partial<NodeContext> = {}): NodeContext {
  const unexpected = (): never => {
    throw new Error('the node uses a part of its context that this test does not provide');
  };
  return {
    signal: new AbortController().signal,
    progress: () => {},
    get engine() {
      return unexpected();
    },
    file: unexpected,
    savePicture: unexpected,
    saveCheckpoint: unexpected,
    showTable: unexpected,
    ...overrides,
  };
}

/** Runs a node with its defaults for all fields that `inputs` leaves out. */
export async function runNode(
  node: NodeDefinition,
  inputs: Readonly<Record<string, unknown>>,
  context: NodeContext = testContext(),
): Promise<Readonly<Record<string, unknown>>> {
  const defaults = Object.entries(node.inputs).flatMap(([name, spec]) => ('default' in spec ? [[name, spec.default] as const] : []));
  return node.run({ ...Object.fromEntries(defaults), ...inputs }, context);
}

/** The single output of a node that has one of the type `type`. */
export async function runFor<T extends SocketType>(
  type: T,
  node: NodeDefinition,
  inputs: Readonly<Record<string, unknown>>,
  context?: NodeContext,
): Promise<SocketValues[T]> {
  const found = Object.entries(node.outputs).find(([, output]) => output.type === type && !output.list);
  if (found === undefined) throw new Error(`${node.type} has no output of the type ${type}`);
  // Node results are checked by the compiler where they are declared; here only the name is dynamic.
  return (await runNode(node, inputs, context))[found[0]] as SocketValues[T];
}
