import { useReactFlow, useStoreApi, type Viewport } from '@xyflow/react';
import { type RefObject, useCallback, useEffect, useRef } from 'react';
import { openSearch } from '../../search/search-state.ts';
import { openCanvasPort } from '../../state/canvas-port.ts';
import { activeTab, keepView, useEditor } from '../../state/editor.ts';
import { boundsOf, grown, type Point, type Rect } from '../scene/bezier.ts';
import { farZoomOf } from '../scene/metrics.ts';
import { boxesOf } from '../scene/scene.ts';
import { type Mounted, useStage } from '../scene/stage.ts';
import { viewMoved } from './motion.ts';

/** How far around what is seen cards are mounted, in pixels of the window, and how near its edge may come before that moves on. */
const mountMargin = 60;
const leastMargin = 30;
/** Around what is fitted, in pixels of the window: each costs size of letters. */
const fitMargin = 24;
const motion = matchMedia('(prefers-reduced-motion: reduce)');

/** What is seen of the graph: kept for each tab and subgraph, asked for and changed by the rest of the page. */
export function useView(wrapper: RefObject<HTMLDivElement | null>) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const pointer = useRef<Point>(undefined);
  /** The view that shows all, if that was asked for last. */
  const fitted = useRef<Viewport>(undefined);

  const onMove = useCallback(
    (event: unknown, view: Viewport) => {
      // Moves of a person's hand: a view that is shown by a command is there at once.
      if (event !== null) viewMoved();
      const { width, height } = store.getState();
      const stage = useStage.getState();
      const far = view.zoom < farZoomOf(stage.scene.cards.size);
      const seen = { x: -view.x / view.zoom, y: -view.y / view.zoom, width: width / view.zoom, height: height / view.zoom };
      const { around } = stage.mounted;
      const enough = holds(around, grown(seen, leastMargin / view.zoom)) && around.width < (width + 3 * mountMargin) / view.zoom;
      if (far === stage.far && enough) return;
      useStage.setState({ far, mounted: enough ? stage.mounted : mountedAround(seen, view.zoom) });
    },
    [store],
  );

  const toGraph = useCallback((point: Point) => flow.screenToFlowPosition(point, { snapToGrid: false }), [flow]);
  const show = useCallback(
    (view: Viewport, slow: boolean) => {
      onMove(null, view);
      void flow.setViewport(view, slow && !motion.matches ? { duration: 140 } : undefined);
    },
    [flow, onMove],
  );
  const fitInto = useCallback(
    (ids: readonly string[] | undefined, slow: boolean) => {
      const boxes = boxesOf(useStage.getState().scene);
      const wanted = ids === undefined ? boxes.values() : ids.flatMap((id) => boxes.get(id) ?? []);
      const { width, height } = store.getState();
      const view = viewOf(boundsOf(wanted), width, height);
      fitted.current = ids === undefined ? view : undefined;
      show(view, slow);
    },
    [store, show],
  );

  // A tab or subgraph that is shown again shows what was seen of it last, one that is new shows all.
  const tab = useEditor(({ active }) => active);
  const scope = useEditor((state) => activeTab(state)?.scope.join('/') ?? '');
  const measured = useRef(false);
  useEffect(() => {
    const restore = () => {
      const { width } = store.getState();
      const known = activeTab()?.views[scope];
      if (width === 0 || tab === undefined) return;
      measured.current = true;
      if (known === undefined) fitInto(undefined, false);
      else show(known, false);
    };
    restore();
    if (measured.current) return;
    return store.subscribe(({ width }) => {
      if (!measured.current && width > 0) restore();
    });
  }, [tab, scope, store, fitInto, show]);

  // A window that grows shows more cards; what was shown whole, and not moved since, is shown whole beside a panel that opens, too.
  useEffect(
    () =>
      store.subscribe((now, before) => {
        if (now.width === before.width && now.height === before.height) return;
        const [x, y, zoom] = now.transform;
        if (fitted.current?.x === x && fitted.current.y === y && fitted.current.zoom === zoom) fitInto(undefined, false);
        else onMove(null, { x, y, zoom });
      }),
    [store, onMove, fitInto],
  );

  useEffect(() => {
    const middle = (): Point => {
      const { left = 0, top = 0, width = 0, height = 0 } = wrapper.current?.getBoundingClientRect() ?? {};
      return { x: left + width / 2, y: top + height / 2 };
    };
    const below = (): Point => (wrapper.current?.matches(':hover') ? (pointer.current ?? middle()) : middle());
    return openCanvasPort({
      fit: (ids) => fitInto(ids, true),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, motion.matches ? undefined : { duration: 100 }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, motion.matches ? undefined : { duration: 140 }),
      openSearch: () => openSearch({ at: below() }),
      place: () => toGraph(below()),
      center: () => toGraph(middle()),
      boxes: (ids) => {
        const boxes = boxesOf(useStage.getState().scene);
        if (ids === undefined) return boxes;
        const wanted = new Set(ids);
        return new Map([...boxes].filter(([id]) => wanted.has(id)));
      },
      rename: (renaming) => useStage.setState({ renaming }),
    });
  }, [flow, fitInto, toGraph, wrapper]);

  const onMoveEnd = useCallback((_event: unknown, { x, y, zoom }: Viewport) => keepView({ x, y, zoom }), []);
  return { onMove, onMoveEnd, toGraph, zoom: flow.getZoom, pointer };
}

function mountedAround(seen: Rect, zoom: number): Mounted {
  return { seen, around: grown(seen, mountMargin / zoom) };
}

function holds(outer: Rect, inner: Rect): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}

/** The view that shows a part of the graph whole, not larger than life; an empty graph's origin lies in the middle. */
function viewOf(bounds: Rect | undefined, width: number, height: number): Viewport {
  if (bounds === undefined) return { x: width / 2, y: height / 2, zoom: 1 };
  const across = (width - 2 * fitMargin) / bounds.width;
  const down = (height - 2 * fitMargin) / bounds.height;
  const zoom = Math.max(0.05, Math.min(1, across, down));
  return {
    x: width / 2 - (bounds.x + bounds.width / 2) * zoom,
    y: height / 2 - (bounds.y + bounds.height / 2) * zoom,
    zoom,
  };
}
