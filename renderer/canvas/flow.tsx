import { type PointerEvent as ReactPointerEvent, useRef } from 'react';
import { NodeSearch } from '../search/node-search.tsx';
import { openSearch } from '../search/search-state.ts';
import { Backdrop } from './backdrop.tsx';
import styles from './canvas.module.css';
import { Breadcrumb } from './chrome/breadcrumb.tsx';
import { CanvasMenu } from './chrome/canvas-menu.tsx';
import { Hints } from './chrome/hints.tsx';
import { Minimap } from './chrome/minimap.tsx';
import { SelectionToolbar } from './chrome/selection-toolbar.tsx';
import { ViewControls } from './chrome/view-controls.tsx';
import { isPane } from './flow/flow-events.ts';
import { onCanvasKey } from './flow/keyboard.ts';
import { Nodes } from './flow/nodes.tsx';
import { cutLinks, drawBox } from './flow/pointer-gestures.ts';
import { useDropNodes } from './flow/use-drop-nodes.ts';
import { Overlay } from './overlay.tsx';
import { cardAt, linkAt } from './scene/hit.ts';
import { sameLink } from './scene/scene.ts';
import { useStage } from './scene/stage.ts';
import { useView } from './view/use-view.ts';

/** How near to a link a pointer must be to mean it, in pixels of the window. */
const linkReach = 8;

/** The graph, and all that lies below and above it. Renders again only when the number of cards changes. */
export function Flow() {
  const wrapper = useRef<HTMLDivElement>(null);
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
    const { scene, far, waiting, kept, link, moved } = useStage.getState();
    if (moved !== undefined || event.buttons !== 0) return;
    const point = toGraph(pointer.current);
    if (far || waiting.size > 0) {
      const pointed = cardAt(scene, point)?.id;
      if (pointed !== kept.pointed) useStage.setState({ kept: { ...kept, pointed } });
    }
    const found = isPane(event.target) && !far ? linkAt(scene, point, linkReach / zoom()) : undefined;
    if (!sameLink(found, link)) useStage.setState({ link: found });
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
      <Nodes onMove={onMove} onMoveEnd={onMoveEnd} />
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

/** The card with the focus stays mounted when it leaves the view: what is typed in it must not get lost. */
function keepFocused(target: Element): void {
  const focused = target.closest<HTMLElement>('[data-card]')?.dataset.card;
  const { kept } = useStage.getState();
  if (focused !== kept.focused) useStage.setState({ kept: { ...kept, focused } });
}
