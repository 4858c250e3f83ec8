export type Point = { readonly x: number; readonly y: number };
export type Rect = Point & { readonly width: number; readonly height: number };

/** A cubic curve from an output at `from` to an input at `to`; both handles lie on the level of their end. */
export type Curve = { readonly from: Point; readonly to: Point; readonly reach: number };

/** The curve that a link takes: it leaves to the right and arrives from the left, further out when it goes back. */
export function linkCurve(from: Point, to: Point): Curve {
  const across = to.x - from.x;
  const distance = Math.hypot(across, to.y - from.y);
  const reach = across >= 0 ? Math.max(across / 2, Math.min(48, distance / 2)) : Math.min(220, 48 + Math.sqrt(-across) * 7);
  return { from, to, reach };
}

/** The SVG path of a curve. */
export function curvePath({ from, to, reach }: Curve): string {
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}

/** The point of a curve at t in 0..1. */
export function curvePoint({ from, to, reach }: Curve, t: number): Point {
  const s = 1 - t;
  const a = s * s * s;
  const b = 3 * s * s * t;
  const c = 3 * s * t * t;
  const d = t * t * t;
  return {
    x: a * from.x + b * (from.x + reach) + c * (to.x - reach) + d * to.x,
    y: (a + b) * from.y + (c + d) * to.y,
  };
}

/** A rectangle that holds the curve: that of its four control points. */
export function curveBounds({ from, to, reach }: Curve): Rect {
  const left = Math.min(from.x, to.x - reach);
  const right = Math.max(to.x, from.x + reach);
  const top = Math.min(from.y, to.y);
  return { x: left, y: top, width: right - left, height: Math.abs(to.y - from.y) };
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

export function contains(rect: Rect, point: Point): boolean {
  return point.x >= rect.x && point.x <= rect.x + rect.width && point.y >= rect.y && point.y <= rect.y + rect.height;
}

export function grown(rect: Rect, by: number): Rect {
  return { x: rect.x - by, y: rect.y - by, width: rect.width + 2 * by, height: rect.height + 2 * by };
}

/** The smallest rectangle that holds all; undefined for none. */
export function boundsOf(rects: Iterable<Rect>): Rect | undefined {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const { x, y, width, height } of rects) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return left <= right ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/** Into how many straight pieces a curve is cut for measuring. */
const pieces = 24;

/** How far a point is from a curve, measured on its pieces. */
export function distanceToCurve(curve: Curve, point: Point): number {
  let least = Number.POSITIVE_INFINITY;
  let a = curve.from;
  for (let piece = 1; piece <= pieces; piece++) {
    const b = curvePoint(curve, piece / pieces);
    least = Math.min(least, distanceToSegment(a, b, point));
    a = b;
  }
  return least;
}

function distanceToSegment(a: Point, b: Point, { x, y }: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / length));
  return Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
}

/** Whether a curve runs across a straight line, as Alt-drag cuts it. */
export function curveCrosses(curve: Curve, from: Point, to: Point): boolean {
  let a = curve.from;
  for (let piece = 1; piece <= pieces; piece++) {
    const b = curvePoint(curve, piece / pieces);
    if (segmentsCross(a, b, from, to)) return true;
    a = b;
  }
  return false;
}

function segmentsCross(a: Point, b: Point, c: Point, d: Point): boolean {
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

function side(a: Point, b: Point, p: Point): boolean {
  return (b.x - a.x) * (p.y - a.y) > (b.y - a.y) * (p.x - a.x);
}

/** Whether a curve passes through a rectangle. */
export function curveMeets(curve: Curve, rect: Rect): boolean {
  if (!overlaps(curveBounds(curve), rect)) return false;
  for (let piece = 0; piece <= pieces; piece++) if (contains(rect, curvePoint(curve, piece / pieces))) return true;
  return false;
}
