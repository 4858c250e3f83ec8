import { CircleSlash, Clock3, Loader, MoonStar, TriangleAlert, Zap } from 'lucide-react';
import { useTranslation } from '../../i18n/texts.tsx';
import { useNodeRun } from '../../state/runs.ts';
import styles from './card.module.css';
import { secondsText } from './times.ts';

type Props = { readonly id: string; readonly mode: 'active' | 'muted' | 'bypassed'; readonly trouble: string | undefined };

/** What a node does or did, at the right of its header: a sign and a word, so that no state is told by colour alone. */
export function RunBadge({ id, mode, trouble }: Props) {
  const { t } = useTranslation();
  const run = useNodeRun(id);
  if (trouble !== undefined && run.state !== 'running') {
    return (
      <span className={styles.badge} data-tone="bad" title={trouble}>
        <TriangleAlert size={13} aria-label={trouble} />
      </span>
    );
  }
  if (mode === 'muted') return <Sign icon={<MoonStar size={12} />} text={t('canvas.muted')} />;
  if (mode === 'bypassed') return <Sign icon={<CircleSlash size={12} />} text={t('canvas.bypassed')} />;
  switch (run.state) {
    case 'idle':
      return null;
    case 'waiting':
      return <Sign icon={<Clock3 size={12} />} text={t('canvas.waiting')} />;
    case 'running': {
      const steps = run.max > 0 ? `${run.value} / ${run.max}` : t('canvas.running');
      const left = run.secondsLeft === undefined ? undefined : secondsText(run.secondsLeft);
      return (
        <Sign
          tone="accent"
          icon={<Loader size={12} className={styles.spinner} />}
          text={left === undefined ? steps : `${steps} · ${left}`}
        />
      );
    }
    case 'cached':
      return (
        <span className={styles.badge} title={t('canvas.cached')}>
          <Zap size={13} fill="currentColor" aria-label={t('canvas.cached')} />
        </span>
      );
    case 'done':
      return <span className={styles.badge}>{run.ms === undefined ? '' : secondsText(run.ms / 1000)}</span>;
    case 'failed':
      return <Sign tone="bad" icon={<TriangleAlert size={13} />} text={t('canvas.failed')} />;
  }
}

function Sign({ icon, text, tone }: { readonly icon: React.ReactNode; readonly text: string; readonly tone?: 'accent' | 'bad' }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {icon}
      {text}
    </span>
  );
}

/** The frame around a card that tells its state, with the bar of its progress. Renders alone when progress comes in. */
export function RunFrame({ id, trouble }: { readonly id: string; readonly trouble: boolean }) {
  const run = useNodeRun(id);
  const share = run.max > 0 ? Math.min(1, run.value / run.max) : undefined;
  const state = trouble && run.state === 'idle' ? 'failed' : run.state;
  return (
    <>
      <span className={styles.frame} data-state={state} aria-hidden="true" />
      {run.state === 'running' && (
        <span className={styles.bar} aria-hidden="true" data-indefinite={share === undefined || undefined}>
          <i style={{ transform: `scaleX(${share ?? 1})` }} />
        </span>
      )}
    </>
  );
}
