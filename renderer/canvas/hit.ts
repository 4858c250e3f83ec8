import { contains, curveBounds, curveCrosses, curveMeets, distanceToCurve, grown, overlaps, type Point, type Rect } from './bezier.ts';
import { boxesOf, type Card, cardRect, curveOf, type Moved, type Scene, type SceneLink } from './scene.ts';

/** The card at a point; of several the one that was added last. */
export function cardAt(scene: Scene, point: Point, moved?: Moved): Card | undefined {
  let found: Card | undefined;
  for (const card of scene.cards.values()) if (contains(cardRect(card, moved), point)) found = card;
  return found;
}

/** The nearest link within a distance of a point. */
export function linkAt(scene: Scene, point: Point, within: number): SceneLink | undefined {
  let nearest = within;
  let found: SceneLink | undefined;
  for (const link of scene.links) {
    const curve = curveOf(scene, link);
    if (curve === undefined || !contains(grown(curveBounds(curve), within), point)) continue;
    const distance = distanceToCurve(curve, point);
    if (distance <= nearest) {
      nearest = distance;
      found = link;
    }
  }
  return found;
}

/** The links that a straight cut runs across. */
export function linksCut(scene: Scene, from: Point, to: Point): SceneLink[] {
  return scene.links.filter((link) => {
    const curve = curveOf(scene, link);
    return curve !== undefined && curveCrosses(curve, from, to);
  });
}

/** The link that passes below a card that is being dropped, other than its own. */
export function linkBelow(scene: Scene, id: string, moved?: Moved): SceneLink | undefined {
  const card = scene.cards.get(id);
  if (card === undefined) return undefined;
  const rect = cardRect(card, moved);
  return scene.links.find((link) => {
    if (link.from.node === id || link.to.node === id) return false;
    const curve = curveOf(scene, link, moved);
    return curve !== undefined && curveMeets(curve, grown(rect, -6));
  });
}

/** What a selection box selects: cards that it touches, groups and notes that lie in it whole. */
export function insideBox(scene: Scene, box: Rect): string[] {
  const frames = new Set([...scene.groups, ...scene.notes].map(({ id }) => id));
  return [...boxesOf(scene)].filter(([id, rect]) => (frames.has(id) ? holds(box, rect) : overlaps(box, rect))).map(([id]) => id);
}

function holds(outer: Rect, inner: Rect): boolean {
  return contains(outer, inner) && contains(outer, { x: inner.x + inner.width, y: inner.y + inner.height });
}
