import { expect, it } from 'vitest';
import { withView, withViewText, workflowText } from './workflow-text.ts';

it('adds the view to a text as if the workflow had been written with it', () => {
  const workflow = { format: 'weft', version: 1, nodes: { a: { type: 'Text', inputs: { text: '}\n' } } } } as const;
  const view = { x: 1.5, y: -2, zoom: 0.25 };
  expect(withViewText(workflowText(workflow), view)).toBe(workflowText(withView(workflow, view)));
});
