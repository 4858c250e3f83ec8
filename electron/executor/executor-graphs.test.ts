import { basename } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBench, graphOf, type TestBench } from '../../test/fixtures/graphs.ts';

const device = fc.constantFrom('accelerator', 'cpu', 'any');
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ device, value: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ device, a: fc.nat(), b: fc.nat() }) },
);
type Step = { readonly device: string } & ({ readonly value: number } | { readonly a: number; readonly b: number });

/** A graph of images and sums of images, and the value that every sum must have in the end. */
function graphOfSteps(steps: readonly Step[]) {
  const nodes: Record<string, readonly [string, Record<string, number | readonly [string, string]>]> = {};
  const values: number[] = [];
  steps.forEach((step, index) => {
    if ('value' in step || index === 0) {
      values.push('value' in step ? step.value : 0);
      nodes[`n${index}`] = [`Image-${step.device}`, { size: 16, value: values[index], ms: 0 }];
    } else {
      const [a, b] = [step.a % index, step.b % index];
      values.push(values[a] + values[b]);
      nodes[`n${index}`] = [`AddImages-${step.device}`, { a: [`n${a}`, 'IMAGE'], b: [`n${b}`, 'IMAGE'] }];
    }
    nodes[`mean${index}`] = ['Mean', { image: [`n${index}`, 'IMAGE'] }];
    nodes[`text${index}`] = ['ToText', { value: [`mean${index}`, 'FLOAT'] }];
    nodes[`save${index}`] = ['Save', { filename_prefix: [`text${index}`, 'STRING'], padding: 0 }];
  });
  return { graph: graphOf(nodes), values };
}

async function check(bench: TestBench, steps: readonly Step[]): Promise<void> {
  const { graph, values } = graphOfSteps(steps);
  const result = await bench.run(graph);
  expect(result.status).toBe('done');
  const told = new Set(result.pictures.map(({ path }) => basename(path).split('_')[0]));
  expect(told).toEqual(new Set(values.map(String)));
}

const graphs = fc.array(step, { minLength: 1, maxLength: 12 });

it.each([
  ['with room for everything', { memoryBudgetBytes: 1e9, diskBudgetBytes: 1e9 }],
  ['with no room at all', { memoryBudgetBytes: 1, diskBudgetBytes: 0 }],
  ['with room on the disk only', { memoryBudgetBytes: 1, diskBudgetBytes: 1e9 }],
  ['with three processes for images', { memoryBudgetBytes: 20_000, diskBudgetBytes: 20_000, cpuWorkers: 3 }],
])('graphs across processes give the right values %s', async (_, options) => {
  await using bench = await createBench(options);
  await fc.assert(
    fc.asyncProperty(graphs, (steps) => check(bench, steps)),
    { numRuns: 25 },
  );
});
