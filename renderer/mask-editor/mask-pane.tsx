import { type CSSProperties, type PointerEvent, useEffect, useRef, useState } from 'react';
import { usePaneLook } from '../viewer/use-pane-look.ts';
import type { Look } from '../viewer/zoom.ts';
import { type Brush, draggedBrush, drawStroke, type Point } from './brush.ts';
import { createMaskCanvas, type MaskCanvas, maskColor } from './mask-canvas.ts';
import styles from './mask-editor.module.css';
import { opaque, type Pixels } from './pixels.ts';

type Props = {
  readonly picture: Pixels;
  readonly brush: Brush;
  readonly onBrush: (brush: Brush) => void;
  readonly mask: MaskCanvas | undefined;
  readonly onMask: (mask: MaskCanvas | undefined) => void;
};

/** What a drag does: paints, moves the picture, or changes the brush. */
type Drag =
  | { readonly kind: 'paint'; readonly last: Point }
  | { readonly kind: 'pan'; readonly from: Point; readonly look: Look }
  | { readonly kind: 'brush'; readonly from: Point; readonly brush: Brush };

/** The picture with its mask above it. The wheel zooms; Alt-drag changes the brush, the middle button moves the picture. */
export function MaskPane({ picture, brush, onBrush, mask, onMask }: Props) {
  const pane = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag>(undefined);
  const [look, setLook] = usePaneLook(picture, pane);
  const [pointer, setPointer] = useState<Point>();
  useEffect(() => {
    if (canvas.current !== null) onMask(createMaskCanvas(canvas.current, picture));
    return () => onMask(undefined);
  }, [picture, onMask]);

  const inPane = (event: PointerEvent): Point => {
    const box = pane.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.x ?? 0), y: event.clientY - (box?.y ?? 0) };
  };
  const inPicture = ({ x, y }: Point, { x: left, y: top, scale }: Look): Point => ({ x: (x - left) / scale, y: (y - top) / scale });

  const onPointerDown = (event: PointerEvent) => {
    if (look === undefined || mask === undefined) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = inPane(event);
    if (event.button === 1) drag.current = { kind: 'pan', from: at, look };
    else if (event.altKey || event.button === 2) drag.current = { kind: 'brush', from: at, brush };
    else if (event.button === 0) {
      const last = inPicture(at, look);
      mask.remember();
      drawStroke(mask.context, brush, last, last, maskColor);
      drag.current = { kind: 'paint', last };
    }
  };
  const onPointerMove = (event: PointerEvent) => {
    const at = inPane(event);
    const now = drag.current;
    // While the brush is changed it stays where it was.
    setPointer(now?.kind === 'brush' ? now.from : at);
    if (now === undefined || look === undefined || mask === undefined) return;
    if (now.kind === 'pan') setLook({ ...now.look, x: now.look.x + at.x - now.from.x, y: now.look.y + at.y - now.from.y });
    else if (now.kind === 'brush') onBrush(draggedBrush(now.brush, at.x - now.from.x, at.y - now.from.y));
    else {
      const to = inPicture(at, look);
      drawStroke(mask.context, brush, now.last, to, maskColor);
      drag.current = { kind: 'paint', last: to };
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: painting needs a pointer; fill and invert have buttons.
    <div
      ref={pane}
      className={styles.pane}
      // Takes the focus when it is painted on: the dialog around would, where the keys of the tools are not heard.
      tabIndex={-1}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        drag.current = undefined;
      }}
      onPointerLeave={() => setPointer(undefined)}
      onContextMenu={(event) => event.preventDefault()}
    >
      <PictureLayer picture={picture} look={look} />
      <canvas ref={canvas} className={styles.mask} style={placeOf(picture, look)} />
      {pointer !== undefined && look !== undefined && <span className={styles.cursor} style={cursorOf(pointer, brush.size * look.scale)} />}
    </div>
  );
}

/** The picture below its mask. */
function PictureLayer({ picture, look }: { readonly picture: Pixels; readonly look: Look | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = picture;
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(opaque(picture), width, height), 0, 0);
  }, [picture, width, height]);
  return <canvas ref={canvas} width={width} height={height} className={styles.layer} style={placeOf(picture, look)} />;
}

function placeOf({ width, height }: Pixels, look: Look | undefined): CSSProperties {
  const { x, y, scale } = look ?? { x: 0, y: 0, scale: 0 };
  return { width, height, transform: `translate(${x}px, ${y}px) scale(${scale})` };
}

function cursorOf({ x, y }: Point, size: number): CSSProperties {
  return { width: size, height: size, transform: `translate(${x - size / 2}px, ${y - size / 2}px)` };
}
