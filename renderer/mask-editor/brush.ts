export type Point = { readonly x: number; readonly y: number };

export type Brush = {
  readonly tool: 'brush' | 'eraser';
  /** Its diameter in pixels of the picture, 1 to 1000. */
  readonly size: number;
  /** 0 for an edge that fades from the middle on, 1 for a sharp one. */
  readonly hardness: number;
};

export const mostSize = 1000;

/** The brush after a drag by `dx`, `dy` screen pixels: to the right larger, upwards harder. */
export function draggedBrush(brush: Brush, dx: number, dy: number): Brush {
  return {
    ...brush,
    size: clamp(Math.round(brush.size * Math.exp(dx * 0.01)), 1, mostSize),
    hardness: clamp(Math.round((brush.hardness - dy / 200) * 100) / 100, 0, 1),
  };
}

/** Where a brush is set down between two points: so close together that the stroke has no dents. */
export function stamps(from: Point, to: Point, size: number): Point[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const count = Math.max(1, Math.ceil(length / Math.max(0.5, size / 8)));
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 1) / count;
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  });
}

type Context = CanvasRenderingContext2D;

/** Draws a piece of a stroke onto a mask. */
export function drawStroke(context: Context, brush: Brush, from: Point, to: Point, color: readonly [number, number, number]): void {
  context.globalCompositeOperation = brush.tool === 'brush' ? 'source-over' : 'destination-out';
  const radius = brush.size / 2;
  const [red, green, blue] = color;
  for (const { x, y } of stamps(from, to, brush.size)) {
    const fill = context.createRadialGradient(x, y, radius * Math.min(brush.hardness, 0.99), x, y, radius);
    // Soft stamps lie over each other: each alone is thin.
    fill.addColorStop(0, `rgb(${red} ${green} ${blue} / ${0.25 + 0.75 * brush.hardness})`);
    fill.addColorStop(1, `rgb(${red} ${green} ${blue} / 0)`);
    context.fillStyle = fill;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalCompositeOperation = 'source-over';
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
