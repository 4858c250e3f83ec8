import { useReactFlow, useStore } from '@xyflow/react';
import { type PointerEvent, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { boundsOf, grown, type Rect } from './bezier.ts';
import styles from './canvas.module.css';
import { type Palette, usePalette } from './palette.ts';
import { boxesOf, type Moved, type Scene } from './scene.ts';
import { useStage } from './stage.ts';

/** Of the map, in pixels of the window; on a narrow canvas it leaves more of it free. */
const usualSize = { width: 176, height: 112 };
const smallSize = { width: 112, height: 72 };
const narrow = 620;
const margin = 8;

type Size = { readonly width: number; readonly height: number };

/** The whole graph at a glance, with a frame around what is seen; a press or a drag goes there. */
export function Minimap() {
  const { t } = useTranslation();
  const ref = useRef<HTMLCanvasElement>(null);
  const flow = useReactFlow();
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const seenWidth = useStore((state) => state.width);
  const seenHeight = useStore((state) => state.height);
  const scene = useStage((stage) => stage.scene);
  const moved = useStage((stage) => stage.moved);
  const palette = usePalette();
  const seen = { x: -x / zoom, y: -y / zoom, width: seenWidth / zoom, height: seenHeight / zoom };
  const size = seenWidth < narrow ? smallSize : usualSize;
  const map = mapOf(scene, moved, seen, size);

  useLayoutEffect(() => {
    const context = ref.current?.getContext('2d');
    if (!context || palette === undefined) return;
    const ratio = window.devicePixelRatio;
    context.canvas.width = size.width * ratio;
    context.canvas.height = size.height * ratio;
    context.scale(ratio, ratio);
    paintMap(context, scene, moved, map, palette);
    paintFrame(context, seen, map, size, palette);
  });

  const go = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons !== 1) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const at = { x: (event.clientX - left - map.x) / map.scale, y: (event.clientY - top - map.y) / map.scale };
    void flow.setCenter(at.x, at.y, { zoom });
  };
  if (scene.cards.size === 0) return null;
  return (
    <div
      className={styles.minimap}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    >
      <canvas ref={ref} style={size} role="img" aria-label={t('canvas.minimap')} />
    </div>
  );
}

/** Where a graph's point lies on the map: point * scale + (x, y). */
type MapPlace = { readonly x: number; readonly y: number; readonly scale: number };

function mapOf(scene: Scene, moved: Moved | undefined, seen: Rect, { width, height }: Size): MapPlace {
  const all = boundsOf([...boxesOf(scene, moved).values()]) ?? seen;
  const bounds = grown(boundsOf([all, seen]) ?? all, 0);
  const scale = Math.min((width - 2 * margin) / bounds.width, (height - 2 * margin) / bounds.height);
  return {
    x: width / 2 - (bounds.x + bounds.width / 2) * scale,
    y: height / 2 - (bounds.y + bounds.height / 2) * scale,
    scale,
  };
}

function paintMap(context: CanvasRenderingContext2D, scene: Scene, moved: Moved | undefined, map: MapPlace, palette: Palette): void {
  const boxes = boxesOf(scene, moved);
  const place = ({ x, y, width: w, height: h }: Rect) =>
    [x * map.scale + map.x, y * map.scale + map.y, Math.max(1.5, w * map.scale), Math.max(1.5, h * map.scale)] as const;
  context.globalAlpha = 0.3;
  for (const { id, color } of scene.groups) {
    const box = id === undefined ? undefined : boxes.get(id);
    context.fillStyle = color ?? palette.line;
    if (box) context.fillRect(...place(box));
  }
  context.globalAlpha = 0.8;
  for (const card of scene.cards.values()) {
    const box = boxes.get(card.id);
    context.fillStyle = card.node.color ?? palette.category(card.description.category);
    if (box) context.fillRect(...place(box));
  }
  context.globalAlpha = 1;
}

function paintFrame(context: CanvasRenderingContext2D, seen: Rect, map: MapPlace, { width, height }: Size, palette: Palette): void {
  const x = Math.max(1, seen.x * map.scale + map.x);
  const y = Math.max(1, seen.y * map.scale + map.y);
  const right = Math.min(width - 1, (seen.x + seen.width) * map.scale + map.x);
  const bottom = Math.min(height - 1, (seen.y + seen.height) * map.scale + map.y);
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(x, y, Math.max(4, right - x), Math.max(4, bottom - y), 3);
  context.stroke();
}
