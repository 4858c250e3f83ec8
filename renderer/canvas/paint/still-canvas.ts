import type { Rect } from '../scene/bezier.ts';
import type { View } from '../view/view.ts';
import type { Picture2d } from './paint.ts';

/** Draws a part of the graph, in the graph's coordinates; nothing outside of the area is kept. */
export type Paint = (context: Picture2d, area: Rect, zoom: number) => void;

/** How far around what is seen it is drawn, in pixels of the window: so far a pan moves the picture and draws nothing. */
const margin = 256;
/** Pictures that follow each other faster, in milliseconds, as those of a zoom, are drawn without the margin until they rest. */
const restAfter = 120;

/**
 * A picture of the graph that lies still, on a canvas larger than the window. Panning moves the canvas; only when its edge
 * comes near, what is there moves within it and the stripes that are new are drawn. It is drawn elsewhere and handed over
 * as a bitmap: without a GPU the browser copies a canvas that is drawn on in every frame, but a bitmap only once.
 */
export type StillCanvas = {
  /** Shows the graph as `paint` draws it; with the same `paint` as before only what wasn't seen before is drawn. */
  show(view: View, paint: Paint): void;
  close(): void;
};

export function createStillCanvas(canvas: HTMLCanvasElement): StillCanvas {
  const shown = canvas.getContext('bitmaprenderer', { alpha: false });
  const buffer = new OffscreenCanvas(1, 1);
  const context = buffer.getContext('2d');
  /** What the canvas holds: drawn for this view, with so much around it. */
  let held: { readonly view: View; readonly paint: Paint; readonly around: number } | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const draw = (view: View, paint: Paint, around: number) => {
    held = { view, paint, around };
    const width = Math.round((view.width + 2 * around) * view.ratio);
    const height = Math.round((view.height + 2 * around) * view.ratio);
    if (buffer.width !== width || buffer.height !== height) {
      buffer.width = width;
      buffer.height = height;
      canvas.style.width = `${width / view.ratio}px`;
      canvas.style.height = `${height / view.ratio}px`;
    }
    fill({ x: 0, y: 0, width, height });
    shown?.transferFromImageBitmap(buffer.transferToImageBitmap());
  };

  /** Draws a part of the picture anew; in its own pixels. */
  const fill = (part: Rect) => {
    if (context === null || held === undefined || part.width <= 0 || part.height <= 0) return;
    const { view, paint, around } = held;
    const scale = view.zoom * view.ratio;
    const left = (view.x + around) * view.ratio;
    const top = (view.y + around) * view.ratio;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.rect(part.x, part.y, part.width, part.height);
    context.clip();
    context.setTransform(scale, 0, 0, scale, left, top);
    const area = { x: (part.x - left) / scale, y: (part.y - top) / scale, width: part.width / scale, height: part.height / scale };
    paint(context, area, view.zoom);
    context.restore();
  };

  /** Moves what the canvas holds by whole pixels of its own, and draws what comes in at the edges. */
  const scroll = (across: number, down: number) => {
    if (context === null || held === undefined) return;
    const { width, height } = buffer;
    const { view, paint, around } = held;
    held = { view: { ...view, x: view.x + across / view.ratio, y: view.y + down / view.ratio }, paint, around };
    context.globalCompositeOperation = 'copy';
    context.drawImage(canvas, across, down);
    context.globalCompositeOperation = 'source-over';
    fill({ x: across > 0 ? 0 : width + across, y: 0, width: Math.abs(across), height });
    fill({ x: Math.max(0, across), y: down > 0 ? 0 : height + down, width: width - Math.abs(across), height: Math.abs(down) });
    shown?.transferFromImageBitmap(buffer.transferToImageBitmap());
  };

  /** Draws all, in a rush only what is seen. */
  const drawAnew = (view: View, paint: Paint) => {
    const now = performance.now();
    const rushes = now - drawnAt < restAfter;
    drawnAt = now;
    draw(view, paint, rushes ? 0 : margin);
    clearTimeout(timer);
    if (rushes) timer = setTimeout(drawMargin, restAfter);
  };

  const drawMargin = () => {
    if (held === undefined) return;
    draw(held.view, held.paint, margin);
    place(held.view);
  };

  const place = (view: View) => {
    if (held === undefined) return;
    const x = Math.round((view.x - held.view.x) * view.ratio) / view.ratio - held.around;
    const y = Math.round((view.y - held.view.y) * view.ratio) / view.ratio - held.around;
    canvas.style.transform = `translate(${x}px, ${y}px)`;
  };

  return {
    show(view, paint) {
      if (held === undefined || held.paint !== paint || !isPanOf(held.view, view)) drawAnew(view, paint);
      else {
        const across = Math.round((view.x - held.view.x) * view.ratio);
        const down = Math.round((view.y - held.view.y) * view.ratio);
        const room = held.around * view.ratio;
        if (Math.abs(across) >= buffer.width || Math.abs(down) >= buffer.height) drawAnew(view, paint);
        else if (Math.abs(across) > room || Math.abs(down) > room) scroll(across, down);
      }
      place(view);
    },
    close: () => clearTimeout(timer),
  };
}

function isPanOf(a: View, b: View): boolean {
  return a.zoom === b.zoom && a.width === b.width && a.height === b.height && a.ratio === b.ratio;
}
