import { type CSSProperties, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Picture } from '../../electron/bridge/contract.ts';
import { useTranslation } from '../i18n/texts.tsx';
import styles from './picture-pane.module.css';
import { usePaneLook } from './use-pane-look.ts';
import { centred, fitted, type Look } from './zoom.ts';

type Props = {
  readonly picture: Picture;
  /** Seen to the right of the slider. */
  readonly other: Picture | undefined;
  readonly onScale: (scale: number) => void;
};

/** A picture to zoom with the wheel and to move by dragging; a double click shows its pixels as they are. */
export function PicturePane({ picture, other, onScale }: Props) {
  const { t } = useTranslation();
  const pane = useRef<HTMLDivElement>(null);
  const [look, setLook] = usePaneLook(picture, pane);
  useEffect(() => {
    if (look !== undefined) onScale(look.scale);
  }, [look, onScale]);
  const [split, setSplit] = useState(50);
  const drag = usePan(look, setLook);
  const toggle = () => {
    const size = pane.current?.getBoundingClientRect();
    if (size === undefined || look === undefined) return;
    const whole = fitted(picture, size);
    setLook(Math.abs(look.scale - whole.scale) < 1e-6 && whole.scale !== 1 ? centred(picture, size, 1) : whole);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the wheel and dragging are beside the keys, not instead of them.
    <div ref={pane} className={styles.pane} onDoubleClick={toggle} {...drag}>
      {look !== undefined && (
        <>
          <img className={styles.picture} src={picture.url} alt={picture.name} draggable={false} style={placeOf(picture, look)} />
          {other !== undefined && (
            <div className={styles.right} style={{ clipPath: `inset(0 0 0 ${split}%)` }}>
              <img className={styles.picture} src={other.url} alt={other.name} draggable={false} style={placeOf(picture, look)} />
            </div>
          )}
        </>
      )}
      {other !== undefined && (
        <>
          <div className={styles.line} style={{ left: `${split}%` }} />
          <input
            type="range"
            className={styles.slider}
            aria-label={t('viewer.compare')}
            min={0}
            max={100}
            step={0.1}
            value={split}
            onPointerDown={(event) => event.stopPropagation()}
            onChange={(event) => setSplit(event.target.valueAsNumber)}
          />
        </>
      )}
    </div>
  );
}

function placeOf({ width, height }: Picture, { x, y, scale }: Look): CSSProperties {
  return {
    width,
    height,
    transform: `translate(${x}px, ${y}px) scale(${scale})`,
    imageRendering: scale >= 2 ? 'pixelated' : 'auto',
  };
}

function usePan(look: Look | undefined, setLook: (look: Look) => void) {
  const from = useRef<{ readonly x: number; readonly y: number; readonly look: Look }>(undefined);
  return {
    onPointerDown(event: PointerEvent) {
      if (look === undefined || event.button > 1) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, y: event.clientY, look };
    },
    onPointerMove(event: PointerEvent) {
      const start = from.current;
      if (start === undefined) return;
      setLook({ ...start.look, x: start.look.x + event.clientX - start.x, y: start.look.y + event.clientY - start.y });
    },
    onPointerUp() {
      from.current = undefined;
    },
  };
}
