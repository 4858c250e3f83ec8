import type { ElkNode } from 'elkjs/lib/elk-api.js';
// As a file of its own: bundled as a module, it would be no script that a worker starts.
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Box, Boxes } from '../../workflows/edits/place.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { layoutBoxes, layoutGraph } from './layout-graph.ts';

/**
 * Lays the chosen nodes out from left to right along their links, with the groups that hold them, in a worker of its own: ELK
 * takes its time on large graphs. Rejects where the worker does not start, which ELK itself would wait for.
 */
export async function autoLayout(workflow: Workflow, boxes: Boxes, chosen: ReadonlySet<string>): Promise<ReadonlyMap<string, Box>> {
  const { default: Elk } = await import('elkjs/lib/elk-api.js');
  const failed = Promise.withResolvers<never>();
  const startWorker = () => {
    const worker = new Worker(workerUrl);
    worker.addEventListener('error', () => failed.reject(new Error('The worker of the layout did not start.')));
    return worker;
  };
  const elk = new Elk({ workerFactory: startWorker });
  try {
    const result: ElkNode = await Promise.race([elk.layout(layoutGraph(workflow, boxes, chosen)), failed.promise]);
    return layoutBoxes(result, boxes);
  } finally {
    elk.terminateWorker();
  }
}
