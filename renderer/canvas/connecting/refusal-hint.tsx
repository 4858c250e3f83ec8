import type { RefObject } from 'react';
import { useTranslation } from '../../i18n/texts.tsx';
import { useLinkEnd } from './connect-by-pointer.ts';
import { useConnecting } from './connecting.ts';
import styles from './refusal-hint.module.css';
import { refusalText } from './refusal-text.ts';

/** Beside the pointer: why a link can't go where it points. */
export function RefusalHint({ frame }: { readonly frame: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation();
  const target = useConnecting((state) => state.target);
  const point = useLinkEnd((state) => state.point);
  if (point === undefined || (target.kind !== 'refused' && target.kind !== 'unfit')) return null;
  const origin = frame.current?.getBoundingClientRect();
  if (origin === undefined) return null;
  return (
    <div role="status" className={styles.refusal} style={{ left: point.x - origin.x + 14, top: point.y - origin.y + 14 }}>
      {target.kind === 'unfit' ? t('canvas.nothingFits') : refusalText(target.refusal)}
    </div>
  );
}
