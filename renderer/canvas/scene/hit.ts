import { contains, curveCrosses, curveMeets, distanceToCurve, grown, overlaps, type Point, type Rect } from './bezier.ts';
import { boxesOf, type Card, cardRect, type Moved, restingLinks, type Scene, type SceneLink } from './scene.ts';

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
  for (const { link, curve, bounds } of restingLinks(scene)) {
    if (!contains(grown(bounds, within), point)) continue;
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
  return restingLinks(scene)
    .filter(({ curve }) => curveCrosses(curve, from, to))
    .map(({ link }) => link);
}

/** The link that passes below a card that is being dropped alone, other than its own. */
export function linkBelow(scene: Scene, id: string, moved?: Moved): SceneLink | undefined {
  const card = scene.cards.get(id);
  if (card === undefined) return undefined;
  const rect = grown(cardRect(card, moved), -6);
  return restingLinks(scene).find(
    ({ link, curve, bounds }) => link.from.node !== id && link.to.node !== id && overlaps(bounds, rect) && curveMeets(curve, rect),
  )?.link;
}

/** What a selection box selects: cards that it touches, groups and notes that lie in it whole. */
export function insideBox(scene: Scene, box: Rect): string[] {
  const frames = new Set([...scene.groups, ...scene.notes].map(({ id }) => id));
  return [...boxesOf(scene)].filter(([id, rect]) => (frames.has(id) ? holds(box, rect) : overlaps(box, rect))).map(([id]) => id);
}

function holds(outer: Rect, inner: Rect): boolean {
  return contains(outer, inner) && contains(outer, { x: inner.x + inner.width, y: inner.y + inner.height });
}
