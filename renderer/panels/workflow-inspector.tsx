import { own } from '../../workflows/own.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { activeTab, useEditor } from '../state/editor.ts';
import { shownSubgraph } from '../state/ports.ts';
import { useRuns } from '../state/runs.ts';
import { formatDuration } from '../ui/format.ts';
import inspector from './inspector.module.css';
import styles from './node-result.module.css';
import { PictureChoice } from './picture-choice.tsx';
import { SubgraphPorts } from './subgraph-ports.tsx';

/** The shown workflow while nothing is selected: what it made last. */
export function WorkflowInspector() {
  const { t } = useTranslation();
  const tab = useEditor(({ active }) => active);
  const title = useEditor((state) => activeTab(state)?.title) || t('app.untitled');
  const count = useEditor((state) => Object.keys(activeTab(state)?.workflow.nodes ?? {}).length);
  const last = useRuns(({ runs }) => runs.find((run) => run.tab === tab && run.pictures.length > 0));
  const subgraph = useEditor(shownSubgraph);
  if (subgraph !== undefined) return <SubgraphInspector subgraph={subgraph} />;
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
      <p className={inspector.description}>
        {t(count === 0 ? 'inspector.noNodes' : last === undefined ? 'inspector.emptyFirst' : 'inspector.empty')}
      </p>
    </>
  );
}

/** The subgraph that is shown while nothing is selected: what it is to outside. */
function SubgraphInspector({ subgraph }: { readonly subgraph: string }) {
  const { t } = useTranslation();
  const definition = useEditor((state) => own(activeTab(state)?.workflow.subgraphs ?? {}, subgraph));
  return (
    <>
      <header>
        <h2 className={inspector.title}>{definition?.title}</h2>
        <p className={inspector.type}>{t('ports.subgraph')}</p>
      </header>
      {definition?.description !== undefined && <p className={inspector.description}>{definition.description}</p>}
      <SubgraphPorts subgraph={subgraph} />
    </>
  );
}
