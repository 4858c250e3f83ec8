import type { Position, Size, Workflow, WorkflowGroup, WorkflowNote } from '../schema.ts';
import { withProperty } from './change-node.ts';
import { freshId, type Random } from './ids.ts';
import type { Added } from './nodes.ts';
import { type Box, type Boxes, changeFrames, hullOf } from './place.ts';

/** Canvas pixels between a group's edge and what it was made around; the title needs more above. */
export const groupPadding = { side: 20, top: 36 };

const noteSize: Size = { width: 240, height: 140 };

/** A fresh id for a group or note: unlike all ids of nodes, groups and notes. */
function frameId(workflow: Workflow, random?: Random): string {
  const frames = new Set([...(workflow.groups ?? []), ...(workflow.notes ?? [])].map(({ id }) => id));
  return freshId((id) => frames.has(id) || Object.hasOwn(workflow.nodes, id), random);
}

/** Draws a group around boxes; around nothing it is an empty one at `fallback`. */
export function addGroup(workflow: Workflow, title: string, boxes: Boxes, fallback: Box, random?: Random): Added {
  const inner = hullOf([...boxes.values()]) ?? fallback;
  const id = frameId(workflow, random);
  const { side, top } = groupPadding;
  const group: WorkflowGroup = {
    id,
    title,
    position: { x: inner.x - side, y: inner.y - top },
    size: { width: inner.width + 2 * side, height: inner.height + top + side },
  };
  return { workflow: { ...workflow, groups: [...(workflow.groups ?? []), group] }, id };
}

export function addNote(workflow: Workflow, text: string, position: Position, random?: Random): Added {
  const id = frameId(workflow, random);
  const note: WorkflowNote = { id, text, position, size: noteSize };
  return { workflow: { ...workflow, notes: [...(workflow.notes ?? []), note] }, id };
}

/** Removes groups and notes; what lies in a group stays. */
export function removeFrames(workflow: Workflow, ids: Iterable<string>): Workflow {
  const gone = new Set(ids);
  const stays = ({ id }: { id?: string }) => id === undefined || !gone.has(id);
  const { groups, notes } = workflow;
  if ((groups ?? []).every(stays) && (notes ?? []).every(stays)) return workflow;
  return { ...workflow, ...(groups && { groups: groups.filter(stays) }), ...(notes && { notes: notes.filter(stays) }) };
}

export function renameGroup(workflow: Workflow, id: string, title: string): Workflow {
  const groups = workflow.groups ?? [];
  if (!groups.some((group) => group.id === id && group.title !== title)) return workflow;
  return { ...workflow, groups: groups.map((group) => (group.id === id ? { ...group, title } : group)) };
}

export function writeNote(workflow: Workflow, id: string, text: string): Workflow {
  const notes = workflow.notes ?? [];
  if (!notes.some((note) => note.id === id && note.text !== text)) return workflow;
  return { ...workflow, notes: notes.map((note) => (note.id === id ? { ...note, text } : note)) };
}

/** Gives groups and notes a CSS colour; undefined takes it away. */
export function colorFrames(workflow: Workflow, ids: Iterable<string>, color: string | undefined): Workflow {
  const meant = new Set(ids);
  return changeFrames(workflow, (frame) => (frame.id !== undefined && meant.has(frame.id) ? withProperty(frame, 'color', color) : frame));
}

/** Gives a group or note another box. */
export function resizeFrame(workflow: Workflow, id: string, { x, y, width, height }: Box): Workflow {
  return changeFrames(workflow, (frame) => (frame.id === id ? { ...frame, position: { x, y }, size: { width, height } } : frame));
}

/** Gives the groups among boxes these boxes. */
export function resizeGroups(workflow: Workflow, boxes: Boxes): Workflow {
  const groups = (workflow.groups ?? []).flatMap(({ id }) => id ?? []);
  return groups.reduce((changed, id) => {
    const box = boxes.get(id);
    return box === undefined ? changed : resizeFrame(changed, id, box);
  }, workflow);
}

/** What lies in a group and moves with it: everything whose middle does, other than the group. */
export function groupMembers(boxes: Boxes, group: string): string[] {
  const frame = boxes.get(group);
  if (frame === undefined) return [];
  return [...boxes].filter(([id, box]) => id !== group && holdsMiddle(frame, box)).map(([id]) => id);
}

function holdsMiddle(frame: Box, box: Box): boolean {
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const inside = x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height;
  // Of two groups the smaller lies in the larger, not the other way round.
  return inside && box.width * box.height < frame.width * frame.height;
}

/** The workflow with an id for every group and note, without which they can't be selected. */
export function withFrameIds(workflow: Workflow, random?: Random): Workflow {
  const taken = new Set(Object.keys(workflow.nodes));
  return changeFrames(workflow, (frame) => {
    const id = frame.id !== undefined && !taken.has(frame.id) ? frame.id : freshId((one) => taken.has(one), random);
    taken.add(id);
    return id === frame.id ? frame : { ...frame, id };
  });
}
