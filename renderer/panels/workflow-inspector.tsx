import { useTranslation } from 'react-i18next';
import { activeTab, useEditor } from '../state/editor.ts';
import { useRuns } from '../state/runs.ts';
import { formatDuration } from '../ui/format.ts';
import inspector from './inspector.module.css';
import styles from './node-result.module.css';
import { PictureChoice } from './picture-choice.tsx';

/** The shown workflow while nothing is selected: what it made last. */
export function WorkflowInspector() {
  const { t } = useTranslation();
  const tab = useEditor(({ active }) => active);
  const title = useEditor((state) => activeTab(state)?.title) || t('app.untitled');
  const count = useEditor((state) => Object.keys(activeTab(state)?.workflow.nodes ?? {}).length);
  const last = useRuns(({ runs }) => runs.find((run) => run.tab === tab && run.pictures.length > 0));
  return (
    <>
      <header>
        <h2 className={inspector.title}>{title}</h2>
        <p className={inspector.type}>{t('inspector.nodes', { count })}</p>
      </header>
      {last !== undefined && (
        <section className={styles.result}>
          <h3 className={styles.heading}>{t('inspector.lastRun')}</h3>
          {last.startedAt !== null && last.endedAt !== null && (
            <dl className={styles.facts}>
              <div className={styles.fact}>
                <dt>{t('inspector.state')}</dt>
                <dd data-state={last.state}>{t(`inspector.${last.state}`)}</dd>
              </div>
              <div className={styles.fact}>
                <dt>{t('inspector.time')}</dt>
                <dd>{formatDuration(last.endedAt - last.startedAt)}</dd>
              </div>
            </dl>
          )}
          <PictureChoice pictures={last.pictures} />
        </section>
      )}
      <p className={inspector.description}>{t(last === undefined ? 'inspector.emptyFirst' : 'inspector.empty')}</p>
    </>
  );
}
