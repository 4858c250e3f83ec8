import { canvasPort } from '../state/canvas-port.ts';
import { select, showScope } from '../state/editor.ts';

/** Shows and selects a node of the shown workflow. `path` is `outer/inner` inside a subgraph. */
export function goToNode(path: string): void {
  const parts = path.split('/');
  const id = parts.at(-1) ?? path;
  showScope(parts.slice(0, -1));
  select([id]);
  // The canvas has to draw the other graph first.
  requestAnimationFrame(() => canvasPort()?.fit([id]));
}
