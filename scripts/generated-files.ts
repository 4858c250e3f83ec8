import { fileURLToPath } from 'node:url';
import { catalog } from '../nodes/catalog.ts';
import { describeNode } from '../nodes/define.ts';
import { nodesMarkdown } from '../nodes/docs.ts';
import { workflowJsonSchema } from '../workflows/json-schema.ts';

/** The committed files that derive from declarations and schemas, as they should be. */
export function generatedFiles(): readonly { readonly path: string; readonly text: string }[] {
  const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
  return [
    { path: at('docs/nodes.md'), text: nodesMarkdown([...catalog.values()].map(describeNode)) },
    { path: at('workflows/weft.schema.json'), text: workflowJsonSchema() },
  ];
}
