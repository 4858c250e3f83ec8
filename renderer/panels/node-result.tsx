import { useTranslation } from 'react-i18next';
import { useNodeRun } from '../state/runs.ts';
import { formatDuration } from '../ui/format.ts';
import styles from './node-result.module.css';
import { PictureChoice } from './picture-choice.tsx';

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
        <PictureChoice pictures={pictures} />
      )}
    </section>
  );
}
