import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { contentKeys } from '../electron/executor/keys.ts';
import type { PreparedNode } from '../electron/executor/prepare.ts';
import { ancestorsInOrder } from '../electron/executor/topology.ts';
import { catalog } from '../nodes/catalog.ts';
import { describeNode } from '../nodes/define.ts';
import { unpack } from '../workflows/edits/unpack.ts';
import { wrap } from '../workflows/edits/wrap.ts';
import { openWorkflow } from '../workflows/open.ts';
import { resolve } from '../workflows/resolve.ts';
import type { Workflow } from '../workflows/schema.ts';

const descriptions = new Map([...catalog].map(([type, definition]) => [type, describeNode(definition)]));

/** The content keys of all nodes, sorted: what a run would find in the cache. Files count by their names alone. */
function keysOf(workflow: Workflow): string[] {
  const graph = resolve(workflow, descriptions);
  const prepared = ancestorsInOrder(graph, [...graph.nodes.keys()]).map((node): PreparedNode => {
    const definition = catalog.get(node.type);
    if (definition === undefined) throw new Error(`no ${node.type}`);
    return { ...node, definition, files: new Map(), mentions: [] };
  });
  return [...contentKeys(prepared, 'run').values()].toSorted();
}

describe('wrapping nodes of an example, and unpacking them', () => {
  it.each(['text-to-image', 'area-composition', 'compare-samplers', 'high-resolution-fix', 'inpaint'])(
    'leaves %s with the same content keys',
    async (name) => {
      const workflow = openWorkflow(await readFile(new URL(`../workflows/examples/${name}.json`, import.meta.url)));
      const ids = Object.keys(workflow.nodes);
      for (const start of ids.keys()) {
        const wrapped = wrap(workflow, descriptions, new Set(ids.slice(start, start + 3)), 'Part');
        const unpacked = wrapped && unpack(wrapped.workflow, wrapped.id);
        expect(wrapped && keysOf(wrapped.workflow)).toEqual(keysOf(workflow));
        expect(unpacked && keysOf(unpacked.workflow)).toEqual(keysOf(workflow));
      }
    },
  );
});
