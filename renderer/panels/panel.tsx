import { type PanelId, useUi } from '../app/ui.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { ModelsPanel } from './models-panel.tsx';
import { NodesPanel } from './nodes-panel.tsx';
import styles from './panel.module.css';
import { PicturesPanel } from './pictures-panel.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { WorkflowsPanel } from './workflows-panel.tsx';

const contents: Readonly<Record<PanelId, () => React.ReactNode>> = {
  nodes: NodesPanel,
  models: ModelsPanel,
  workflows: WorkflowsPanel,
  queue: QueuePanel,
  pictures: PicturesPanel,
};

/** The panel beside the rail, if one is shown. */
export function Panel() {
  const { t } = useTranslation();
  const id = useUi(({ panel }) => panel);
  if (id === undefined) return null;
  const Content = contents[id];
  return (
    <aside className={styles.panel} aria-label={t(`rail.${id}`)}>
      <h2 className={styles.title}>{t(`rail.${id}`)}</h2>
      <Content />
    </aside>
  );
}
