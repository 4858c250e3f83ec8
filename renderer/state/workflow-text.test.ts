import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setField } from '../../workflows/edits/nodes.ts';
import { parseJson, stringifyJson } from '../../workflows/json.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { keptText, withView, withViewText } from './workflow-text.ts';

it('adds the view to a text as if the workflow had been written with it', () => {
  const workflow = { format: 'weft', version: 1, nodes: { a: { type: 'Text', inputs: { text: '}\n' } } } } as const;
  const view = { x: 1.5, y: -2, zoom: 0.25 };
  expect(withViewText(keptText(workflow), view)).toBe(keptText(withView(workflow, view)));
});

const examples = join(import.meta.dirname, '../../workflows/examples');
const odd: Workflow = {
  format: 'weft',
  version: 1,
  nodes: { 'a "b"\n': { type: 'Text', inputs: { text: '{\n  "c": []\n}', seed: 2n ** 64n - 1n, none: '' } } },
  groups: undefined,
  notes: [],
  subgraphs: {},
  later: { thing: [1, { deep: null }], other: 'text', empty: {}, no: undefined },
};

const workflows = [
  { name: 'an odd one', workflow: odd },
  ...readdirSync(examples)
    .filter((file) => file.endsWith('.json') && file !== 'index.json')
    .map((name) => ({ name, workflow: parseJson(readFileSync(join(examples, name), 'utf8')) as Workflow })),
];

it.each(workflows)('writes $name as JSON does, before and after an edit', ({ workflow }) => {
  expect(keptText(workflow)).toBe(stringifyJson(workflow));
  const [id] = Object.keys(workflow.nodes);
  const edited = setField(workflow, id, 'text', 'a lighthouse');
  expect(edited).not.toBe(workflow);
  expect(keptText(edited)).toBe(stringifyJson(edited));
});
