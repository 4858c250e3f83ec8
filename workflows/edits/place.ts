import type { Position, Workflow, WorkflowGroup, WorkflowNode, WorkflowNote } from '../schema.ts';
import { changeNodes } from './change-node.ts';

/** Where something lies on the canvas and how large it is, in canvas pixels. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Boxes by id, of nodes, groups and notes: only the canvas knows how large cards are. */
export type Boxes = ReadonlyMap<string, Box>;

/** Puts nodes, groups and notes at places. */
export function place(workflow: Workflow, positions: ReadonlyMap<string, Position>): Workflow {
  const moved = changeNodes(workflow, positions.keys(), (node, id) => at(node, positions.get(id)));
  return changeFrames(moved, (frame) => (frame.id === undefined ? frame : at(frame, positions.get(frame.id))));
}

/** Moves things by a distance; what lies in a moved group goes with it if it is named as well (see groupMembers). */
export function moveBy(workflow: Workflow, ids: Iterable<string>, dx: number, dy: number): Workflow {
  const moving = new Set(ids);
  if (dx === 0 && dy === 0) return workflow;
  const shift = <T extends { position?: Position }>(thing: T): T =>
    at(thing, { x: (thing.position?.x ?? 0) + dx, y: (thing.position?.y ?? 0) + dy });
  const moved = changeNodes(workflow, moving, shift);
  return changeFrames(moved, (frame) => (frame.id !== undefined && moving.has(frame.id) ? shift(frame) : frame));
}

/** The workflow with each of its groups and notes as `change` makes it; the same one if all stay. */
export function changeFrames(workflow: Workflow, change: <T extends WorkflowGroup | WorkflowNote>(frame: T) => T): Workflow {
  const groups = changeEach(workflow.groups, change);
  const notes = changeEach(workflow.notes, change);
  return groups === workflow.groups && notes === workflow.notes
    ? workflow
    : { ...workflow, ...(groups !== undefined && { groups }), ...(notes !== undefined && { notes }) };
}

function changeEach<T>(list: T[] | undefined, change: (item: T) => T): T[] | undefined {
  const changed = list?.map(change);
  return changed?.some((item, index) => item !== list?.[index]) ? changed : list;
}

function at<T extends Pick<WorkflowNode, 'position'>>(thing: T, position: Position | undefined): T {
  if (position === undefined || (thing.position?.x === position.x && thing.position.y === position.y)) return thing;
  return { ...thing, position: { ...thing.position, x: position.x, y: position.y } };
}

export type Edge = 'left' | 'right' | 'top' | 'bottom' | 'centre' | 'middle';

/** Where boxes go when they are lined up: on an edge of what holds them all, or on its `centre` (x) or `middle` (y). */
export function aligned(boxes: Boxes, edge: Edge): Map<string, Position> {
  const hull = hullOf([...boxes.values()]);
  if (hull === undefined) return new Map();
  const spot = ({ x, y, width, height }: Box): Position => {
    switch (edge) {
      case 'left':
        return { x: hull.x, y };
      case 'right':
        return { x: hull.x + hull.width - width, y };
      case 'centre':
        return { x: Math.round(hull.x + (hull.width - width) / 2), y };
      case 'top':
        return { x, y: hull.y };
      case 'bottom':
        return { x, y: hull.y + hull.height - height };
      case 'middle':
        return { x, y: Math.round(hull.y + (hull.height - height) / 2) };
    }
  };
  return new Map([...boxes].map(([id, box]) => [id, spot(box)]));
}

/** Where boxes go so that the gaps between them are equal along an axis; the outermost stay. */
export function distributed(boxes: Boxes, axis: 'x' | 'y'): Map<string, Position> {
  const size = axis === 'x' ? 'width' : 'height';
  const ordered = [...boxes].toSorted(([, a], [, b]) => a[axis] - b[axis] || a[size] - b[size]);
  const first = ordered.at(0);
  const last = ordered.at(-1);
  if (first === undefined || last === undefined || ordered.length < 3) return new Map();
  const start = first[1][axis];
  const total = ordered.reduce((sum, [, box]) => sum + box[size], 0);
  const gap = (last[1][axis] + last[1][size] - start - total) / (ordered.length - 1);
  let next = start;
  const places = ordered.map(([id, box]): [string, Position] => {
    const position = axis === 'x' ? { x: Math.round(next), y: box.y } : { x: box.x, y: Math.round(next) };
    next += box[size] + gap;
    return [id, position];
  });
  return new Map(places);
}

/** The smallest box around boxes. */
export function hullOf(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
