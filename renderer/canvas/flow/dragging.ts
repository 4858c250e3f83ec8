import { groupMembers } from '../../../workflows/edits/frames.ts';
import { fitsIntoLink, insertIntoLink } from '../../../workflows/edits/links.ts';
import { place } from '../../../workflows/edits/place.ts';
import { focus } from '../../../workflows/scope.ts';
import { useSettings } from '../../settings/settings.ts';
import { shownCatalog } from '../../state/catalog.ts';
import { activeTab, edit, select } from '../../state/editor.ts';
import type { Point } from '../scene/bezier.ts';
import { linkBelow } from '../scene/hit.ts';
import { grid } from '../scene/metrics.ts';
import { boxesOf, type Scene, type SceneLink } from '../scene/scene.ts';
import { useStage } from '../scene/stage.ts';

type Drag = {
  readonly id: string;
  readonly starts: ReadonlyMap<string, Point>;
  readonly held: ReadonlySet<string>;
  /** Whether it goes into a link that it is dropped on: a card alone to which nothing is linked. */
  readonly isFree: boolean;
};

let drag: Drag | undefined;

/** A card, group or note begins to be dragged: with it go the selection it belongs to, and what lies in groups. */
export function startDrag(id: string, adding: boolean): void {
  const selection = activeTab()?.selection ?? new Set<string>();
  if (!selection.has(id)) select(adding ? [...selection, id] : [id]);
  const { scene } = useStage.getState();
  const boxes = boxesOf(scene);
  const groups = new Set(scene.groups.map((group) => group.id));
  const chosen = activeTab()?.selection ?? [];
  const moving = new Set([...chosen].flatMap((one) => (groups.has(one) ? [one, ...groupMembers(boxes, one)] : [one])));
  const starts = [...moving].flatMap((one): [string, Point][] => {
    const box = boxes.get(one);
    return box === undefined ? [] : [[one, { x: box.x, y: box.y }]];
  });
  drag = { id, starts: new Map(starts), held: new Set(moving), isFree: moving.size === 1 && isFree(scene, id) };
}

/** It is now at a point; all that is dragged moves as far. */
export function dragTo(to: Point): void {
  const from = drag?.starts.get(drag.id);
  if (drag === undefined || from === undefined) return;
  const snap = (value: number) => (useSettings.getState().snapToGrid ? Math.round(value / grid) * grid : Math.round(value));
  const dx = snap(to.x) - from.x;
  const dy = snap(to.y) - from.y;
  const moved = new Map([...drag.starts].map(([id, start]) => [id, { x: start.x + dx, y: start.y + dy }]));
  const { scene } = useStage.getState();
  const link = drag.isFree ? linkBelow(scene, drag.id, moved) : undefined;
  useStage.setState({ moved, held: drag.held, link: link !== undefined && goesInto(drag.id, link) ? link : undefined });
}

/** Lets go: one step for all that moved, and a card that was dropped on a link goes into it. */
export function endDrag(): void {
  const { moved, link } = useStage.getState();
  const id = drag?.id;
  drag = undefined;
  if (moved !== undefined) {
    edit('edits.move', (workflow) => {
      const placed = place(workflow, moved);
      return link === undefined || id === undefined ? placed : insertIntoLink(placed, shownCatalog(), link, id);
    });
  }
  useStage.setState({ moved: undefined, held: undefined, link: undefined });
}

/** Whether nothing is linked to a card. */
function isFree(scene: Scene, id: string): boolean {
  return scene.cards.has(id) && !scene.links.some(({ from, to }) => from.node === id || to.node === id);
}

function goesInto(id: string, link: SceneLink): boolean {
  const tab = activeTab();
  const description = useStage.getState().scene.cards.get(id)?.description;
  return tab !== undefined && description !== undefined && fitsIntoLink(focus(tab.workflow, tab.scope), shownCatalog(), link, description);
}
