import { disconnect } from '../../../workflows/edits/links.ts';
import { activeTab, edit, select } from '../../state/editor.ts';
import type { Point, Rect } from '../scene/bezier.ts';
import { insideBox, linksCut } from '../scene/hit.ts';
import { useStage } from '../scene/stage.ts';

type ToGraph = (point: Point) => Point;

/** Follows a pointer from a press to its release. */
function follow(move: (event: PointerEvent) => void, end: (event: PointerEvent | undefined) => void): void {
  const stop = new AbortController();
  const { signal } = stop;
  const finish = (event: PointerEvent | undefined) => {
    stop.abort();
    swallowClick();
    end(event);
  };
  window.addEventListener('pointermove', move, { signal });
  window.addEventListener('pointerup', finish, { signal });
  window.addEventListener('pointercancel', () => finish(undefined), { signal });
}

/** The release of a gesture is also a click on the background, which would select nothing. */
function swallowClick(): void {
  const stop = new AbortController();
  window.addEventListener('click', (event) => event.stopPropagation(), { capture: true, signal: stop.signal });
  setTimeout(() => stop.abort());
}

/** Alt and a drag: cuts all links that the line runs across. */
export function cutLinks(press: PointerEvent, toGraph: ToGraph): void {
  const from = toGraph({ x: press.clientX, y: press.clientY });
  follow(
    (event) => useStage.setState({ cut: { from, to: toGraph({ x: event.clientX, y: event.clientY }) } }),
    () => {
      const { cut, scene } = useStage.getState();
      useStage.setState({ cut: undefined });
      if (cut === undefined) return;
      const links = linksCut(scene, cut.from, cut.to);
      edit('edits.disconnect', (workflow) => links.reduce((result, { to }) => disconnect(result, to), workflow));
    },
  );
}

/** Shift or Ctrl and a drag over the canvas: selects what the box touches, beside what is selected already. */
export function drawBox(press: PointerEvent, toGraph: ToGraph): void {
  const from = toGraph({ x: press.clientX, y: press.clientY });
  const before = activeTab()?.selection ?? new Set<string>();
  follow(
    (event) => {
      const to = toGraph({ x: event.clientX, y: event.clientY });
      useStage.setState({ box: { from, to } });
      select([...before, ...insideBox(useStage.getState().scene, rectBetween(from, to))]);
    },
    () => useStage.setState({ box: undefined }),
  );
}

export function rectBetween(a: Point, b: Point): Rect {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}
