import { titleOf } from '../../../workflows/node-names.ts';
import { type Curve, curvePoint, grown, type Rect } from '../scene/bezier.ts';
import { dotGap, headerHeight } from '../scene/metrics.ts';
import { type Card, type PlacedLink, type SceneLink, sameLink } from '../scene/scene.ts';
import type { Palette } from './palette.ts';

export type Picture2d = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** What everything lies on. It is drawn with the rest, since a picture that nothing shows through is moved in less time. */
export function paintGround(context: Picture2d, area: Rect, palette: Palette): void {
  const { x, y, width, height } = grown(area, 1);
  context.fillStyle = palette.ground;
  context.fillRect(x, y, width, height);
}

/** The dots of the background within a part of the graph: every fourth only when far, so that they keep their distance on the screen. */
export function paintDots(context: Picture2d, area: Rect, zoom: number, palette: Palette): void {
  const gap = dotGap * (zoom < 0.2 ? 16 : zoom < 0.6 ? 4 : 1);
  const size = Math.max(1, 1.6 * zoom ** 0.5) / zoom;
  context.fillStyle = palette.dot;
  const left = Math.ceil((area.x - size) / gap) * gap;
  for (let y = Math.ceil((area.y - size) / gap) * gap; y < area.y + area.height + size; y += gap) {
    for (let x = left; x < area.x + area.width + size; x += gap) context.fillRect(x - size / 2, y - size / 2, size, size);
  }
}

export type LinkLook = {
  /** The link below the pointer. */
  readonly hovered: SceneLink | undefined;
  /** Nodes whose links stand out, as those of selected ones. */
  readonly raised: ReadonlySet<string>;
};

/** Draws links, those of one colour in one go. */
export function paintLinks(context: Picture2d, links: Iterable<PlacedLink>, zoom: number, palette: Palette, look: LinkLook): void {
  const batches = new Map<string, { readonly path: Path2D; readonly color: string; readonly width: number; readonly alpha: number }>();
  for (const { link, curve } of links) {
    const hovered = sameLink(link, look.hovered);
    const stands = hovered || look.raised.has(link.from.node) || look.raised.has(link.to.node);
    const width = Math.max(hovered ? 3.6 : stands ? 2.8 : 2, 0.9 / zoom);
    const alpha = link.faded ? 0.3 : stands || look.raised.size === 0 ? 1 : 0.72;
    const color = palette.socket(link.type);
    const key = `${color} ${width} ${alpha}`;
    const batch = batches.get(key) ?? { path: new Path2D(), color, width, alpha };
    batches.set(key, batch);
    trace(batch.path, curve, zoom);
  }
  const batchesByWidth = [...batches.values()].sort((a, b) => a.width - b.width);
  context.lineCap = 'round';
  for (const { path, color, width, alpha } of batchesByWidth) {
    context.globalAlpha = alpha;
    if (zoom >= 0.4) stroke(context, path, palette.linkEdge, width + 0.9 / zoom);
    stroke(context, path, color, width);
  }
  context.globalAlpha = 1;
}

/** How far beyond its curve a link is drawn at most, in pixels of the window. */
export const linkReach = 8;

function trace(path: Path2D, curve: Curve, zoom: number): void {
  path.moveTo(curve.from.x, curve.from.y);
  // From far away nobody sees the bend, and straight lines are drawn much faster.
  if (zoom < 0.12) path.lineTo(curve.to.x, curve.to.y);
  else path.bezierCurveTo(curve.from.x + curve.reach, curve.from.y, curve.to.x - curve.reach, curve.to.y, curve.to.x, curve.to.y);
}

function stroke(context: Picture2d, path: Path2D, color: string, width: number): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke(path);
}

/** A dot in the middle of the link below the pointer: what is dropped there goes into it. */
export function paintLinkHandle(context: Picture2d, curve: Curve, color: string, palette: Palette): void {
  const { x, y } = curvePoint(curve, 0.5);
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fillStyle = palette.card;
  context.fill();
  stroke(context, circle(x, y, 5), color, 2.4);
}

function circle(x: number, y: number, radius: number): Path2D {
  const path = new Path2D();
  path.arc(x, y, radius, 0, 2 * Math.PI);
  return path;
}

/** A card with the box in which it is drawn. */
export type PlacedCard = { readonly card: Card; readonly rect: Rect };

export type FarLook = {
  readonly selection: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
};

/** Draws cards as boxes with a header in their category's colour and, where there is room, their title. */
export function paintFarCards(context: Picture2d, cards: readonly PlacedCard[], zoom: number, palette: Palette, look: FarLook): void {
  const bodies = new Path2D();
  const headers = new Map<string, Path2D>();
  const outlines = new Path2D();
  const failures = new Path2D();
  const faded: Rect[] = [];
  for (const { card, rect } of cards) {
    const { x, y, width, height } = rect;
    bodies.rect(x, y, width, height);
    const color = card.node.color ?? palette.category(card.description.category);
    const header = headers.get(color) ?? new Path2D();
    headers.set(color, header);
    header.rect(x, y, width, Math.min(height, headerHeight));
    if (look.selection.has(card.id)) outlines.rect(x, y, width, height);
    if (look.failed.has(card.id)) failures.rect(x, y, width, height);
    if (card.node.mode !== undefined && card.node.mode !== 'active') faded.push(rect);
  }
  context.fillStyle = palette.card;
  context.fill(bodies);
  context.globalAlpha = 0.85;
  for (const [color, path] of headers) {
    context.fillStyle = color;
    context.fill(path);
  }
  context.globalAlpha = 1;
  stroke(context, bodies, palette.line, 1 / zoom);
  stroke(context, failures, palette.bad, 2 / zoom);
  stroke(context, outlines, palette.accent, 2 / zoom);
  context.globalAlpha = 0.55;
  context.fillStyle = palette.dot;
  for (const { x, y, width, height } of faded) context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  if (zoom >= 0.16) paintTitles(context, cards, zoom, palette);
}

function paintTitles(context: Picture2d, cards: readonly PlacedCard[], zoom: number, palette: Palette): void {
  const size = Math.min(44, 11 / zoom);
  context.fillStyle = palette.dim;
  context.font = `550 ${size}px 'Inter Variable', 'Noto Sans SC', system-ui, sans-serif`;
  context.textBaseline = 'top';
  for (const { card, rect } of cards) {
    if (rect.height < headerHeight + size * 1.6) continue;
    const room = rect.width - 16;
    const title = titleOf(card.node, card.description);
    const letters = Math.floor(room / (size * 0.54));
    context.fillText(
      title.length > letters ? `${title.slice(0, Math.max(1, letters - 1))}…` : title,
      rect.x + 10,
      rect.y + headerHeight + 8,
    );
  }
}
