import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNodeRun } from '../state/runs.ts';
import { classes } from '../ui/classes.ts';
import { formatDuration } from '../ui/format.ts';
import { openViewer } from '../viewer/viewer-state.ts';
import styles from './node-result.module.css';

/** What a node did when it last ran, and its pictures, large. */
export function NodeResult({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const run = useNodeRun(id);
  const { state, ms, value, max, secondsLeft, problem, pictures, previewUrl } = run;
  if (state === 'idle' && pictures.length === 0) return null;
  const step = max > 0 && state === 'running' ? `${value} / ${max}` : undefined;
  const left = secondsLeft === undefined ? undefined : t('inspector.left', { time: formatDuration(secondsLeft * 1000) });
  const time = ms === undefined || state === 'cached' ? undefined : formatDuration(ms);
  return (
    <section className={styles.result}>
      <h3 className={styles.heading}>{t('inspector.lastRun')}</h3>
      {state !== 'idle' && (
        <p className={styles.state} data-state={state}>
          <strong>{t(`inspector.${state}`)}</strong>
          <span>{[step, left, time].filter(Boolean).join(' · ')}</span>
        </p>
      )}
      {problem !== undefined && (
        <p className={styles.problem}>
          {problem.what} {problem.fix}
        </p>
      )}
      {previewUrl !== undefined && state === 'running' ? (
        <img className={styles.preview} src={previewUrl} alt={t('inspector.preview')} />
      ) : (
        <Pictures pictures={pictures} />
      )}
    </section>
  );
}

function Pictures({ pictures }: { readonly pictures: ReturnType<typeof useNodeRun>['pictures'] }) {
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
