import type { DragEvent } from 'react';
import { addIntoLink } from '../../../workflows/edits/links.ts';
import { addNode } from '../../../workflows/edits/nodes.ts';
import { nodeDragType } from '../../state/canvas-port.ts';
import { shownCatalog } from '../../state/catalog.ts';
import { edit, select } from '../../state/editor.ts';
import type { Point } from '../scene/bezier.ts';
import { linkAt } from '../scene/hit.ts';
import { headerHeight } from '../scene/metrics.ts';
import { useStage } from '../scene/stage.ts';

/** How near to a link a dropped node must be to go into it, in the graph. */
const reach = 24;

/** Takes nodes that are dragged from the list; on a link they go into it. */
export function useDropNodes(toGraph: (point: Point) => Point) {
  const isNode = (event: DragEvent) => event.dataTransfer.types.includes(nodeDragType);
  return {
    onDragOver(event: DragEvent) {
      if (!isNode(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      const link = linkAt(useStage.getState().scene, toGraph({ x: event.clientX, y: event.clientY }), reach);
      if (link !== useStage.getState().link) useStage.setState({ link });
    },
    onDragLeave(event: DragEvent) {
      if (isNode(event)) useStage.setState({ link: undefined });
    },
    onDrop(event: DragEvent) {
      const description = shownCatalog().get(event.dataTransfer.getData(nodeDragType));
      const { link } = useStage.getState();
      useStage.setState({ link: undefined });
      if (description === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const { x, y } = toGraph({ x: event.clientX, y: event.clientY });
      const position = { x: Math.round(x - 100), y: Math.round(y - headerHeight / 2) };
      let id = '';
      edit('edits.add', (workflow) => {
        const added =
          link === undefined
            ? addNode(workflow, description, position)
            : addIntoLink(workflow, shownCatalog(), link, description, position);
        id = added.id;
        return added.workflow;
      });
      select([id]);
    },
  };
}
