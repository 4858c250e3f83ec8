import type { ElkNode } from 'elkjs/lib/elk-api.js';
// As a file of its own: bundled as a module, it would be no script that a worker starts.
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Boxes } from '../../workflows/edits/place.ts';
import type { Position, Workflow } from '../../workflows/schema.ts';
import { layoutGraph, layoutPositions } from './layout-graph.ts';

/**
 * Lays nodes out from left to right along their links, in a worker of its own: ELK takes its time on large graphs. Rejects
 * where the worker does not start, which ELK itself would wait for.
 */
export async function autoLayout(workflow: Workflow, boxes: Boxes): Promise<Map<string, Position>> {
  const { default: Elk } = await import('elkjs/lib/elk-api.js');
  const failed = Promise.withResolvers<never>();
  const startWorker = () => {
    const worker = new Worker(workerUrl);
    worker.addEventListener('error', () => failed.reject(new Error('The worker of the layout did not start.')));
    return worker;
  };
  const elk = new Elk({ workerFactory: startWorker });
  try {
    const result: ElkNode = await Promise.race([elk.layout(layoutGraph(workflow, boxes)), failed.promise]);
    return layoutPositions(result, boxes);
  } finally {
    elk.terminateWorker();
  }
}
