import { groupMembers } from '../../workflows/edits/frames.ts';
import type { Boxes } from '../../workflows/edits/place.ts';
import type { Workflow } from '../../workflows/schema.ts';

/** What is laid out, by the group in which it lies directly; what lies in none is under undefined. Groups have an entry each. */
export type Nesting = ReadonlyMap<string | undefined, readonly string[]>;

/**
 * Sorts the chosen nodes into their groups. A group is laid out with its nodes where all of them are chosen, and with it the
 * notes in it; any other group stays as it is, and its nodes leave it.
 */
export function nestingOf({ nodes, groups = [], notes = [] }: Workflow, boxes: Boxes, chosen: ReadonlySet<string>): Nesting {
  const members = new Map(groups.flatMap(({ id }) => (id === undefined ? [] : [[id, new Set(groupMembers(boxes, id))] as const])));
  const whole = [...members].filter(([, inside]) => {
    const own = [...inside].filter((id) => Object.hasOwn(nodes, id));
    return own.length > 0 && own.every((id) => chosen.has(id));
  });
  const bySize = whole.map(([id]) => id).toSorted((a, b) => areaOf(boxes, a) - areaOf(boxes, b));
  const groupOf = (id: string) => bySize.find((group) => members.get(group)?.has(id));
  const cards = Object.keys(nodes).filter((id) => chosen.has(id) && boxes.has(id));
  const inGroups = notes.flatMap(({ id }) => (id !== undefined && groupOf(id) !== undefined ? [id] : []));
  const nested = Map.groupBy([...cards, ...inGroups, ...bySize], groupOf);
  for (const group of bySize) if (!nested.has(group)) nested.set(group, []);
  return nested;
}

function areaOf(boxes: Boxes, id: string): number {
  const { width = 0, height = 0 } = boxes.get(id) ?? {};
  return width * height;
}
