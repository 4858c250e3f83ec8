import type { Rect } from '../scene/bezier.ts';
import { boundsOf, grown, overlaps } from '../scene/bezier.ts';
import { seenArea, type View } from '../view/view.ts';
import type { Paint } from './still-canvas.ts';

/** The canvas grows and shrinks in steps of so many pixels, since another size means another picture to fill. */
const step = 128;

/** Draws what is moving on a canvas just large enough for it: what lies still around it is not drawn again. Hides where there is nothing. */
export function paintLively(canvas: HTMLCanvasElement, view: View, boxes: Iterable<Rect>, reach: number, paint: Paint): void {
  const seen = seenArea(view);
  const bounds = boundsOf([...boxes].map((box) => grown(box, reach / view.zoom)).filter((box) => overlaps(box, seen)));
  const context = canvas.getContext('2d');
  if (canvas.hidden !== (bounds === undefined)) canvas.hidden = bounds === undefined;
  if (bounds === undefined || context === null) return;
  const { ratio, zoom } = view;
  const scale = zoom * ratio;
  const left = Math.max(0, Math.floor((bounds.x * zoom + view.x) * ratio));
  const top = Math.max(0, Math.floor((bounds.y * zoom + view.y) * ratio));
  const width = sizeOf(left, ((bounds.x + bounds.width) * zoom + view.x) * ratio, view.width * ratio);
  const height = sizeOf(top, ((bounds.y + bounds.height) * zoom + view.y) * ratio, view.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${width / ratio}px`;
    canvas.style.height = `${height / ratio}px`;
  }
  canvas.style.transform = `translate(${left / ratio}px, ${top / ratio}px)`;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(scale, 0, 0, scale, view.x * ratio - left, view.y * ratio - top);
  paint(context, seen, zoom);
}

function sizeOf(from: number, to: number, most: number): number {
  return Math.ceil(Math.max(1, Math.min(to, most) - from) / step) * step;
}
