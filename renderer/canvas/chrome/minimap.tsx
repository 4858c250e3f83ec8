import { useReactFlow, useStore } from '@xyflow/react';
import { memo, type PointerEvent, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from '../../i18n/texts.tsx';
import { type Palette, usePalette } from '../paint/palette.ts';
import { boundsOf, type Rect } from '../scene/bezier.ts';
import { boxesOf, type Card, type Scene } from '../scene/scene.ts';
import { useStage } from '../scene/stage.ts';
import styles from './chrome.module.css';

/** Of the map, in pixels of the window; on a narrow canvas it leaves more of it free. */
const usualSize = { width: 176, height: 112 };
const smallSize = { width: 112, height: 72 };
const narrow = 620;
const margin = 8;

type Size = { readonly width: number; readonly height: number };

/** The whole graph at a glance, with a frame around what is seen; a press or a drag goes there. */
export function Minimap() {
  const flow = useReactFlow();
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const seenWidth = useStore((state) => state.width);
  const seenHeight = useStore((state) => state.height);
  const drawn = useStage(({ scene }) => scene.drawn);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for where everything lies.
  const graph = useMemo(() => boundsOf(boxesOf(useStage.getState().scene).values()), [drawn]);
  if (graph === undefined) return null;
  const seen = { x: -x / zoom, y: -y / zoom, width: seenWidth / zoom, height: seenHeight / zoom };
  const size = seenWidth < narrow ? smallSize : usualSize;
  const map = mapOf(boundsOf([graph, seen]) ?? graph, size);

  const go = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons !== 1) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const at = { x: (event.clientX - left - map.x) / map.scale, y: (event.clientY - top - map.y) / map.scale };
    void flow.setCenter(at.x, at.y, { zoom });
  };
  return (
    <div
      className={styles.minimap}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    >
      <Boxes x={map.x} y={map.y} scale={map.scale} size={size} />
      <i className={styles.minimapFrame} style={frameStyle(seen, map, size)} />
    </div>
  );
}

/** Where a graph's point lies on the map: point * scale + (x, y). */
type MapPlace = { readonly x: number; readonly y: number; readonly scale: number };

function mapOf(bounds: Rect, { width, height }: Size): MapPlace {
  const scale = Math.min((width - 2 * margin) / bounds.width, (height - 2 * margin) / bounds.height);
  return {
    x: width / 2 - (bounds.x + bounds.width / 2) * scale,
    y: height / 2 - (bounds.y + bounds.height / 2) * scale,
    scale,
  };
}

/** The graph on the map; drawn again only when it changes, or its place on the map. */
const Boxes = memo(function Boxes({ x, y, scale, size }: MapPlace & { readonly size: Size }) {
  const { t } = useTranslation();
  const ref = useRef<HTMLCanvasElement>(null);
  const drawn = useStage(({ scene }) => scene.drawn);
  const held = useStage((stage) => stage.held);
  const moved = useStage((stage) => stage.moved);
  const palette = usePalette();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for all of the scene that is drawn.
  const still = useMemo(() => {
    const { scene } = useStage.getState();
    const context = createContext(size);
    if (context === null || palette === undefined) return undefined;
    const isStill = ({ id }: { readonly id?: string }) => id === undefined || held?.has(id) !== true;
    paintMap(context, scene.groups.filter(isStill), [...scene.cards.values()].filter(isStill), boxesOf(scene), { x, y, scale }, palette);
    return context.canvas;
  }, [drawn, held, palette, x, y, scale, size]);

  useLayoutEffect(() => {
    const { current: canvas } = ref;
    const context = canvas?.getContext('2d');
    if (!canvas || !context || still === undefined || palette === undefined) return;
    if (canvas.width !== still.width) canvas.width = still.width;
    if (canvas.height !== still.height) canvas.height = still.height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = 'copy';
    context.drawImage(still, 0, 0);
    context.globalCompositeOperation = 'source-over';
    if (moved === undefined) return;
    const { scene } = useStage.getState();
    const groups = scene.groups.filter(({ id }) => id !== undefined && moved.has(id));
    const cards = [...moved.keys()].flatMap((id) => scene.cards.get(id) ?? []);
    context.scale(devicePixelRatio, devicePixelRatio);
    paintMap(context, groups, cards, boxesOf(scene, moved), { x, y, scale }, palette);
  }, [still, moved, palette, x, y, scale]);

  return <canvas ref={ref} style={size} role="img" aria-label={t('canvas.minimap')} />;
});

function createContext({ width, height }: Size): CanvasRenderingContext2D | null {
  const canvas = document.createElement('canvas');
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const context = canvas.getContext('2d');
  context?.scale(devicePixelRatio, devicePixelRatio);
  return context;
}

function paintMap(
  context: CanvasRenderingContext2D,
  groups: Scene['groups'],
  cards: Iterable<Card>,
  boxes: ReadonlyMap<string, Rect>,
  map: MapPlace,
  palette: Palette,
): void {
  const fill = (id: string | undefined, color: string) => {
    const box = id === undefined ? undefined : boxes.get(id);
    if (box === undefined) return;
    context.fillStyle = color;
    const size = [Math.max(1.5, box.width * map.scale), Math.max(1.5, box.height * map.scale)] as const;
    context.fillRect(box.x * map.scale + map.x, box.y * map.scale + map.y, ...size);
  };
  context.globalAlpha = 0.3;
  for (const { id, color } of groups) fill(id, color ?? palette.line);
  context.globalAlpha = 0.8;
  for (const { id, node, description } of cards) fill(id, node.color ?? palette.category(description.category));
  context.globalAlpha = 1;
}

/** The frame around what is seen. */
function frameStyle(seen: Rect, map: MapPlace, { width, height }: Size) {
  const x = Math.max(1, seen.x * map.scale + map.x);
  const y = Math.max(1, seen.y * map.scale + map.y);
  const right = Math.min(width - 1, (seen.x + seen.width) * map.scale + map.x);
  const bottom = Math.min(height - 1, (seen.y + seen.height) * map.scale + map.y);
  return { transform: `translate(${x}px, ${y}px)`, width: Math.max(4, right - x), height: Math.max(4, bottom - y) };
}
