import type { InputSpec, NodeDescription } from '../nodes/define.ts';
import { expand } from './expand.ts';
import type { Catalog, FieldValue, Graph, GraphInput, GraphNode } from './graph.ts';
import type { Workflow } from './schema.ts';
import { createTracer, defaultOf, type Tracer } from './trace.ts';

/**
 * Reduces a workflow to what runs: subgraphs are expanded (ids inside are `outer/inner`), muted nodes are dropped with the links to them, bypassed ones are replaced by links
 * around them, fields linked to constants get the values, and fields that nobody has set get their defaults.
 *
 * Meant for a workflow in which `validate` finds no problems; of any other it keeps what it can (nodes of unknown
 * types, unknown inputs and broken links are left out), and never throws.
 */
export function resolve(given: Workflow, catalog: Catalog): Graph {
  const { workflow } = expand(given, catalog);
  const nodes = new Map<string, GraphNode>();
  const trace = createTracer(workflow, catalog);
  for (const [id, node] of Object.entries(workflow.nodes)) {
    const description = catalog.get(node.type);
    if (description === undefined || node.mode === 'muted' || node.mode === 'bypassed') continue;
    nodes.set(id, { id, type: node.type, inputs: resolveInputs(trace, id, description) });
  }
  return { nodes };
}

function resolveInputs(trace: Tracer, id: string, description: NodeDescription): Record<string, GraphInput> {
  const inputs: Record<string, GraphInput> = {};
  for (const [name, spec] of Object.entries(description.inputs)) {
    const source = trace(id, name, spec);
    if (source.kind === 'link') {
      inputs[name] = source;
      continue;
    }
    const value = source.kind === 'value' ? source.value : defaultOf(spec);
    if (value !== undefined) inputs[name] = { kind: 'value', value: asDeclared(spec, value) };
  }
  return inputs;
}

/** A whole number for a float is a bigint if it is large: the node gets a number in any case. */
function asDeclared(spec: InputSpec, value: FieldValue): FieldValue {
  return spec.kind === 'float' && typeof value === 'bigint' ? Number(value) : value;
}
