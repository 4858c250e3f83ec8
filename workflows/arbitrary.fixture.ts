import fc from 'fast-check';
import { sampleCatalog } from './catalog.fixture.ts';
import type { Workflow, WorkflowInput, WorkflowNode } from './schema.ts';

const ids = ['1', '2', '3', '4', '5', '6', 'constructor'];
const types = [...sampleCatalog.keys()];
const outputs = [...new Set([...sampleCatalog.values()].flatMap((node) => Object.keys(node.outputs)))];
const inputs = [...new Set([...sampleCatalog.values()].flatMap((node) => Object.keys(node.inputs)))];

const input: fc.Arbitrary<WorkflowInput> = fc.oneof(
  fc.integer({ min: -2, max: 30 }),
  fc.constantFrom<WorkflowInput>(2n ** 64n - 1n, 2n ** 64n, 0.5, 'euler', '', 'a.safetensors', true),
  fc
    .tuple(fc.constantFrom(...ids, 'missing'), fc.constantFrom(...outputs, 'toString'))
    .map(([node, output]) => ({ link: [node, output] as [string, string] })),
);

const node: fc.Arbitrary<WorkflowNode> = fc.record(
  {
    type: fc.constantFrom(...types, 'Unknown', 'valueOf'),
    inputs: fc.dictionary(fc.constantFrom(...inputs, 'hasOwnProperty'), input, { maxKeys: 6, noNullPrototype: true }),
    mode: fc.constantFrom('active', 'active', 'muted', 'bypassed'),
    title: fc.string({ maxLength: 5 }),
  },
  { requiredKeys: ['type', 'inputs'] },
);

/** Workflows of the right form with anything in them: circles, broken links, wrong values, every mode. */
export const anyWorkflow: fc.Arbitrary<Workflow> = fc
  .dictionary(fc.constantFrom(...ids), node, { noNullPrototype: true })
  .map((nodes) => ({ format: 'weft', version: 1, nodes }));

/** Workflows whose links all bring the right type from a node before; files, constants and modes included. */
export const layeredWorkflow: fc.Arbitrary<Workflow> = fc
  .array(
    fc.record({
      type: fc.constantFrom(...types),
      mode: fc.constantFrom('active', 'active', 'muted', 'bypassed'),
      choices: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    }),
    {
      maxLength: 14,
    },
  )
  .map((steps) => {
    const nodes: Record<string, WorkflowNode> = {};
    for (const [index, { type, mode, choices }] of steps.entries()) {
      nodes[`n${index}`] = { type, mode: mode as WorkflowNode['mode'], inputs: linkInputs(nodes, type, choices) };
    }
    return { format: 'weft', version: 1, nodes };
  });

function linkInputs(nodes: Readonly<Record<string, WorkflowNode>>, type: string, choices: readonly number[]): WorkflowNode['inputs'] {
  const specs = Object.entries(sampleCatalog.get(type)?.inputs ?? {});
  const entries = specs.map(([name, spec], index): [string, WorkflowInput] | undefined => {
    if (spec.kind === 'file') return [name, 'a.safetensors'];
    const fitting = Object.entries(nodes).flatMap(([id, source]) =>
      Object.entries(sampleCatalog.get(source.type)?.outputs ?? {})
        .filter(([, output]) => spec.kind === 'socket' && output.type === spec.type)
        .map(([output]): WorkflowInput => ({ link: [id, output] })),
    );
    const chosen = fitting[choices[index] % Math.max(fitting.length, 1)];
    return chosen === undefined ? undefined : [name, chosen];
  });
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}
