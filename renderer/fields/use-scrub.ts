import { type PointerEvent, useRef } from 'react';

/** Pixels on the screen for one step, and how far a pointer moves before a press is a drag. */
const pixelsPerStep = 5;
const threshold = 3;

type Scrub = {
  readonly start: () => number;
  /** Told while it is dragged: the value at the start and the steps from there; `gesture` is unlike that of any other drag. */
  readonly move: (from: number, steps: number, gesture: string) => void;
  readonly click: () => void;
};

let gestures = 0;

/** Lets a value be dragged sideways; with Shift in steps of ten, with Alt a quarter as fast. */
export function useScrub({ start, move, click }: Scrub) {
  const held = useRef<{ x: number; steps: number; readonly from: number; dragged: boolean; readonly gesture: string }>(undefined);
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 || document.activeElement === event.target || (event.target as Element).closest('button') !== null) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current = { x: event.clientX, steps: 0, from: start(), dragged: false, gesture: `scrub ${gestures++}` };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const hold = held.current;
      if (hold === undefined) return;
      const moved = event.clientX - hold.x;
      if (!hold.dragged && Math.abs(moved) < threshold) return;
      hold.dragged = true;
      hold.x = event.clientX;
      hold.steps += (moved / pixelsPerStep) * (event.shiftKey ? 10 : event.altKey ? 0.25 : 1);
      move(hold.from, Math.trunc(hold.steps), hold.gesture);
    },
    onPointerUp() {
      const hold = held.current;
      held.current = undefined;
      if (hold !== undefined && !hold.dragged) click();
    },
    onPointerCancel() {
      held.current = undefined;
    },
  };
}
