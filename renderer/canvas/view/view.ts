import type { Rect } from '../scene/bezier.ts';

/** What part of the graph is seen, and how large: window = graph * zoom + (x, y). `ratio`: pixels of the screen to one of the window. */
export type View = {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
};

/** The part of the graph that is seen, with so many pixels of the window around it. */
export function seenArea({ x, y, zoom, width, height }: View, margin = 0): Rect {
  return {
    x: (-x - margin) / zoom,
    y: (-y - margin) / zoom,
    width: (width + 2 * margin) / zoom,
    height: (height + 2 * margin) / zoom,
  };
}
