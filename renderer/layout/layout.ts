import type { ElkNode } from 'elkjs/lib/elk-api.js';
// As a file of its own: bundled as a module, it would be no script that a worker starts.
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Boxes } from '../../workflows/edits/place.ts';
import type { Position, Workflow } from '../../workflows/schema.ts';
import { layoutGraph, layoutPositions } from './layout-graph.ts';

/** Lays nodes out from left to right along their links, in a worker of its own: ELK takes its time on large graphs. */
export async function autoLayout(workflow: Workflow, boxes: Boxes): Promise<Map<string, Position>> {
  const { default: Elk } = await import('elkjs/lib/elk-api.js');
  const elk = new Elk({ workerFactory: () => new Worker(workerUrl) });
  try {
    const result: ElkNode = await elk.layout(layoutGraph(workflow, boxes));
    return layoutPositions(result, boxes);
  } finally {
    elk.terminateWorker();
  }
}
