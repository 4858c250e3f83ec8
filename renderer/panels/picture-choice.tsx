import { useState } from 'react';
import type { Picture } from '../../electron/bridge/contract.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { classes } from '../ui/classes.ts';
import { openViewer } from '../viewer/viewer-state.ts';
import styles from './picture-choice.module.css';

/** Pictures, one of them large; it opens full screen. */
export function PictureChoice({ pictures }: { readonly pictures: readonly Picture[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, pictures.length - 1);
  const shown = pictures[at];
  if (shown === undefined) return null;
  return (
    <>
      <button
        type="button"
        className={styles.picture}
        aria-label={t('pictures.show', { name: shown.name })}
        onClick={() => openViewer(pictures, at)}
      >
        <img src={shown.url} width={shown.width} height={shown.height} alt="" />
      </button>
      <p className={styles.facts}>
        {shown.name} · {shown.width} × {shown.height}
      </p>
      {pictures.length > 1 && (
        <ul className={styles.strip}>
          {pictures.map((picture, index) => (
            <li key={picture.url}>
              <button
                type="button"
                className={classes(styles.small, index === at && styles.chosen)}
                aria-label={picture.name}
                aria-pressed={index === at}
                onClick={() => setChosen(index)}
              >
                <img src={picture.url} alt="" loading="lazy" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
