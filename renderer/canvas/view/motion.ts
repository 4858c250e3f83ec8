import { useStage } from '../scene/stage.ts';

/** Milliseconds without a move after which the view rests. */
const restAfter = 100;

let timer: ReturnType<typeof setTimeout> | undefined;

/** The view has been moved by hand: it is moving from now on, until it has not been moved for a moment. */
export function viewMoved(): void {
  clearTimeout(timer);
  timer = setTimeout(() => useStage.setState({ moving: false }), restAfter);
  if (!useStage.getState().moving) useStage.setState({ moving: true });
}
