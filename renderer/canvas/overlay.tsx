import { useStore } from '@xyflow/react';
import { type RefObject, useRef } from 'react';
import styles from './canvas.module.css';
import { useLinkEnd } from './connecting/connect-by-pointer.ts';
import { type SocketPlace, type Start, useConnecting } from './connecting/connecting.ts';
import { RefusalHint } from './connecting/refusal-hint.tsx';
import { rectBetween } from './flow/pointer-gestures.ts';
import { curvePath, linkCurve, type Point } from './scene/bezier.ts';
import { inputPoint, outputPoint, type Scene } from './scene/scene.ts';
import { useStage } from './scene/stage.ts';

/** What lies above the cards while the pointer draws: the link in the hand, the line that cuts, the selection box. */
export function Overlay() {
  const frame = useRef<HTMLDivElement>(null);
  const connecting = useConnecting(({ start }) => start !== undefined);
  const drawing = useStage(({ cut, box }) => cut !== undefined || box !== undefined);
  return (
    <div ref={frame} className={styles.overlay}>
      {drawing && <Gesture />}
      {connecting && <LinkInHand frame={frame} />}
      {connecting && <RefusalHint frame={frame} />}
    </div>
  );
}

function useToScreen(): (point: Point) => Point {
  const [x, y, zoom] = useStore(({ transform }) => transform);
  return (point) => ({ x: point.x * zoom + x, y: point.y * zoom + y });
}

function Gesture() {
  const toScreen = useToScreen();
  const cut = useStage((stage) => stage.cut);
  const box = useStage((stage) => stage.box);
  const lines = cut && [toScreen(cut.from), toScreen(cut.to)];
  const rect = box && rectBetween(toScreen(box.from), toScreen(box.to));
  return (
    <svg className={styles.overlay} aria-hidden="true">
      {lines && <line x1={lines[0].x} y1={lines[0].y} x2={lines[1].x} y2={lines[1].y} className={styles.cut} />}
      {rect && <rect {...rect} rx={3} className={styles.box} />}
    </svg>
  );
}

function LinkInHand({ frame }: { readonly frame: RefObject<HTMLElement | null> }) {
  const toScreen = useToScreen();
  const zoom = useStore(({ transform }) => transform[2]);
  const { start, target } = useConnecting();
  const { point } = useLinkEnd();
  const scene = useStage((stage) => stage.scene);
  const origin = frame.current?.getBoundingClientRect();
  if (start === undefined || point === undefined || origin === undefined) return null;
  const pointer = { x: point.x - origin.x, y: point.y - origin.y };
  const snapped = target.kind === 'socket' ? socketPoint(scene, target.socket) : undefined;
  const free = snapped === undefined ? pointer : toScreen(snapped);
  const paths = fixedEnds(scene, start).map(({ at, side, type, key }) => {
    const fixed = toScreen(at);
    const curve = side === 'output' ? linkCurve(fixed, free) : linkCurve(free, fixed);
    return (
      <path
        key={key}
        d={curvePath(curve)}
        data-socket={type ?? 'value'}
        className={styles.inHand}
        strokeWidth={Math.max(1.5, 2.4 * zoom)}
        data-loose={target.kind !== 'socket' || undefined}
      />
    );
  });
  return (
    <svg className={styles.overlay} aria-hidden="true">
      {paths}
    </svg>
  );
}

function socketPoint(scene: Scene, { side, node, name }: SocketPlace): Point | undefined {
  return side === 'input' ? inputPoint(scene, { node, input: name }) : outputPoint(scene, { node, output: name });
}

function fixedEnds(scene: Scene, start: Start) {
  const places: SocketPlace[] =
    start.end === 'output'
      ? [{ side: 'output', node: start.place.node, name: start.place.output }]
      : (start.end === 'input' ? [start.place] : start.places).map(({ node, input }) => ({ side: 'input', node, name: input }));
  return places.flatMap((place) => {
    const at = socketPoint(scene, place);
    const description = scene.cards.get(place.node)?.description;
    const spec = place.side === 'input' ? description?.inputs[place.name] : undefined;
    const type = place.side === 'output' ? description?.outputs[place.name]?.type : spec?.kind === 'socket' ? spec.type : undefined;
    return at === undefined ? [] : [{ at, side: place.side, type, key: `${place.node} ${place.name}` }];
  });
}
