import { type NodeTypes, ReactFlow } from '@xyflow/react';
import { type PointerEvent as ReactPointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NodeSearch } from '../search/node-search.tsx';
import { openSearch } from '../search/search-state.ts';
import { activeTab, select } from '../state/editor.ts';
import { Backdrop } from './backdrop.tsx';
import { Breadcrumb } from './breadcrumb.tsx';
import styles from './canvas.module.css';
import { CanvasMenu } from './canvas-menu.tsx';
import { type CanvasMenuPlace, useCanvasMenu } from './canvas-menu-state.ts';
import { dragTo, endDrag, startDrag } from './dragging.ts';
import { type FlowNode, useFlowNodes } from './flow-nodes.ts';
import { GroupFrame, NoteCard } from './frames.tsx';
import { Hints } from './hints.tsx';
import { cardAt, linkAt } from './hit.ts';
import { onCanvasKey } from './keyboard.ts';
import { Minimap } from './minimap.tsx';
import { NodeCard } from './node-card.tsx';
import { Overlay } from './overlay.tsx';
import { cutLinks, drawBox } from './pointer-gestures.ts';
import { socketOf } from './port-entries.tsx';
import { sameLink } from './scene.ts';
import { SelectionToolbar } from './selection-toolbar.tsx';
import { useStage } from './stage.ts';
import { useDropNodes } from './use-drop-nodes.ts';
import { useView } from './use-view.ts';
import { ViewControls } from './view-controls.tsx';

const nodeTypes: NodeTypes = { card: NodeCard, frame: GroupFrame, note: NoteCard };
/** The left and the middle button. */
const panButtons = [0, 1];
/** How near to a link a pointer must be to mean it, in pixels of the window. */
const linkReach = 8;

export function Flow() {
  const { t } = useTranslation();
  const wrapper = useRef<HTMLDivElement>(null);
  const nodes = useFlowNodes();
  const cards = useStage(({ scene }) => scene.cards.size);
  const { onMove, onMoveEnd, toGraph, zoom, pointer } = useView(wrapper);
  const drop = useDropNodes(toGraph);

  const onPointerDownCapture = (event: ReactPointerEvent) => {
    if (event.button !== 0) return;
    const onPane = isPane(event.target);
    if (!event.altKey && !(onPane && (event.shiftKey || event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    event.stopPropagation();
    // A press that is prevented doesn't take the focus out of a field, whose undo would be meant then.
    wrapper.current?.focus({ preventScroll: true });
    if (event.altKey) cutLinks(event.nativeEvent, toGraph);
    else drawBox(event.nativeEvent, toGraph);
  };
  const onPointerMove = (event: ReactPointerEvent) => {
    pointer.current = { x: event.clientX, y: event.clientY };
    const { scene, far, kept, link, moved } = useStage.getState();
    if (moved !== undefined || event.buttons !== 0) return;
    const point = toGraph(pointer.current);
    if (far) {
      const pointed = cardAt(scene, point)?.id;
      if (pointed !== kept.pointed) useStage.setState({ kept: { ...kept, pointed } });
    }
    const found = isPane(event.target) && !far ? linkAt(scene, point, linkReach / zoom()) : undefined;
    if (!sameLink(found, link)) useStage.setState({ link: found });
  };
  const openMenu = (event: MouseEvent | React.MouseEvent, place: CanvasMenuPlace) => {
    event.preventDefault();
    useCanvasMenu.setState({ at: { x: event.clientX, y: event.clientY }, place });
  };
  const onPaneClick = (event: React.MouseEvent) => {
    const { link } = useStage.getState();
    if (link !== undefined) openMenu(event, { kind: 'link', link });
    else select([]);
  };
  const onNodeClick = (event: React.MouseEvent, { id }: FlowNode) => {
    const selection = activeTab()?.selection ?? new Set<string>();
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey) select([id]);
    else select(selection.has(id) ? [...selection].filter((one) => one !== id) : [...selection, id]);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys pass here on their way from cards, fields and sockets.
    <div
      ref={wrapper}
      className={styles.canvas}
      data-canvas=""
      data-cards={cards}
      tabIndex={-1}
      onPointerDownCapture={onPointerDownCapture}
      onPointerMove={onPointerMove}
      onKeyDown={onCanvasKey}
      onFocus={(event) => keepFocused(event.target)}
      onDoubleClick={(event) => {
        if (isPane(event.target)) openSearch({ at: { x: event.clientX, y: event.clientY }, into: useStage.getState().link });
      }}
      {...drop}
    >
      <Backdrop />
      <ReactFlow
        className={styles.flow}
        aria-label={t('canvas.label')}
        nodes={nodes}
        nodeTypes={nodeTypes}
        minZoom={0.05}
        maxZoom={3}
        onlyRenderVisibleElements
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        elevateNodesOnSelect={false}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode={null}
        panOnDrag={panButtons}
        nodeDragThreshold={3}
        proOptions={proOptions}
        onMove={onMove}
        onMoveEnd={onMoveEnd}
        onPaneClick={onPaneClick}
        onPaneContextMenu={(event) => {
          const { link } = useStage.getState();
          openMenu(event, link === undefined ? { kind: 'canvas' } : { kind: 'link', link });
        }}
        onNodeContextMenu={(event, { id }) => {
          if (!activeTab()?.selection.has(id)) select([id]);
          openMenu(event, { kind: 'selection', socket: socketOf(event.target) });
        }}
        onNodeClick={onNodeClick}
        onNodeDragStart={(event, { id }) => startDrag(id, event.shiftKey || event.ctrlKey || event.metaKey)}
        onNodeDrag={(_event, { position }) => dragTo(position)}
        onNodeDragStop={endDrag}
      />
      <Overlay />
      <SelectionToolbar />
      <Hints />
      <Breadcrumb />
      <ViewControls />
      <Minimap />
      <CanvasMenu toGraph={toGraph} />
      <NodeSearch toGraph={toGraph} />
    </div>
  );
}

const proOptions = { hideAttribution: true };

function isPane(target: EventTarget): boolean {
  return target instanceof Element && target.classList.contains('react-flow__pane');
}

/** The card with the focus stays mounted when it leaves the view: what is typed in it must not get lost. */
function keepFocused(target: Element): void {
  const focused = target.closest<HTMLElement>('[data-card]')?.dataset.card;
  const { kept } = useStage.getState();
  if (focused !== kept.focused) useStage.setState({ kept: { ...kept, focused } });
}
