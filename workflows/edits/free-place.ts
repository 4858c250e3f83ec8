import type { Position } from '../schema.ts';
import { type Box, hullOf } from './place.ts';

/** Canvas pixels that stay free around what is put somewhere. */
const gap = 24;
/** More are looked at only where cards lie edge to edge for screens. */
const mostTries = 500;

/** The place closest to where a box is that lies over none of the others; its own where nothing is in its way. */
export function freePlace(box: Box, others: Iterable<Box>): Position {
  const obstacles = [...others];
  const far = ({ x, y }: Position) => Math.hypot(x - box.x, y - box.y);
  const seen = new Set<string>();
  const open: Position[] = [{ x: box.x, y: box.y }];
  for (let tries = 0; tries < mostTries; tries++) {
    const nearest = open.reduce((best, one) => (far(one) < far(best) ? one : best), open[0]);
    const obstacle = obstacles.find((other) => isInTheWay({ ...box, ...nearest }, other));
    if (obstacle === undefined) return nearest;
    open.splice(open.indexOf(nearest), 1);
    for (const place of placesAround(obstacle, { ...box, ...nearest })) {
      const key = `${place.x} ${place.y}`;
      if (!seen.has(key)) open.push(place);
      seen.add(key);
    }
  }
  const hull = hullOf(obstacles) ?? box;
  return { x: box.x, y: hull.y + hull.height + gap };
}

function isInTheWay(box: Box, other: Box): boolean {
  return (
    box.x < other.x + other.width + gap &&
    other.x < box.x + box.width + gap &&
    box.y < other.y + other.height + gap &&
    other.y < box.y + box.height + gap
  );
}

/** Where a box goes that makes way for another, to each of its four sides. */
function placesAround({ x, y, width, height }: Box, box: Box): Position[] {
  return [
    { x: x - box.width - gap, y: box.y },
    { x: x + width + gap, y: box.y },
    { x: box.x, y: y - box.height - gap },
    { x: box.x, y: y + height + gap },
  ];
}
