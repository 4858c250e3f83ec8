import type { KeyboardEvent } from 'react';
import { moveBy } from '../../../workflows/edits/place.ts';
import { canvasPort } from '../../state/canvas-port.ts';
import { activeTab, edit, select } from '../../state/editor.ts';
import { grid } from '../scene/metrics.ts';
import { cardRect } from '../scene/scene.ts';
import { useStage } from '../scene/stage.ts';

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Keys of the canvas that are no commands: arrows move what is selected, with Alt they go to the next card; Enter goes
 * into a card's fields, Escape out of them.
 */
export function onCanvasKey(event: KeyboardEvent): void {
  // With Ctrl or Cmd they are commands.
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
  const card = event.target.closest<HTMLElement>('[data-card]');
  const inField = card !== null && event.target !== card;
  if (event.key === 'Escape' && inField) {
    event.preventDefault();
    card.focus();
  } else if (event.key === 'Enter' && !event.altKey && card !== null && !inField) {
    event.preventDefault();
    card.querySelector<HTMLElement>('[data-row="field"] :is(input, textarea, button:not([data-side]))')?.focus();
  } else if (Object.hasOwn(arrows, event.key) && !inField) {
    const [dx, dy] = arrows[event.key];
    event.preventDefault();
    if (event.altKey) goTo(dx, dy);
    else nudge(dx * grid * (event.shiftKey ? 5 : 1), dy * grid * (event.shiftKey ? 5 : 1));
  }
}

function nudge(dx: number, dy: number): void {
  const selection = activeTab()?.selection ?? new Set<string>();
  if (selection.size > 0) edit('edits.move', (workflow) => moveBy(workflow, selection, dx, dy), { group: `nudge ${[...selection]}` });
}

/** Selects the nearest card in a direction and brings it into view. */
function goTo(dx: number, dy: number): void {
  const { scene } = useStage.getState();
  const [from] = activeTab()?.selection ?? [];
  const start = scene.cards.get(from ?? '') ?? scene.cards.values().next().value;
  if (start === undefined) return;
  const here = middle(cardRect(start));
  let nearest = Number.POSITIVE_INFINITY;
  let found = start.id;
  for (const card of scene.cards.values()) {
    const there = middle(cardRect(card));
    const ahead = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    const distance = ahead + 2 * aside;
    if (card.id === start.id || ahead <= 0 || distance >= nearest) continue;
    nearest = distance;
    found = card.id;
  }
  showCard(found);
}

function middle({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Selects a card, mounts it wherever it is, and gives it the focus. */
export function showCard(id: string): void {
  select([id]);
  useStage.setState(({ kept }) => ({ kept: { ...kept, focused: id } }));
  requestAnimationFrame(() => {
    const card = document.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`);
    if (card === null) return;
    const { left, top, right, bottom } = card.getBoundingClientRect();
    const around = card.closest('[data-canvas]')?.getBoundingClientRect();
    if (around && (left < around.left || top < around.top || right > around.right || bottom > around.bottom)) canvasPort()?.fit([id]);
    card.focus({ preventScroll: true });
  });
}
