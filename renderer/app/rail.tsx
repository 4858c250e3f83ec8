import { Boxes, FolderOpen, Images, ListTodo, type LucideIcon, Workflow } from 'lucide-react';
import { shortcutOf } from '../commands/all-commands.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './rail.module.css';
import { type PanelId, togglePanel, useUi } from './ui.ts';

const panels: readonly (readonly [PanelId, LucideIcon])[] = [
  ['nodes', Workflow],
  ['models', Boxes],
  ['workflows', FolderOpen],
  ['queue', ListTodo],
  ['pictures', Images],
];

/** The icons at the left edge: one panel each. */
export function Rail() {
  const { t } = useTranslation();
  const shown = useUi(({ panel }) => panel);
  return (
    <nav className={styles.rail} aria-label={t('app.rail')}>
      {panels.map(([id, Icon]) => (
        <IconButton
          key={id}
          label={t(`rail.${id}`)}
          icon={<Icon size={18} />}
          keys={shortcutOf(`panel-${id}`)}
          side="right"
          size="large"
          on={shown === id}
          onClick={() => togglePanel(id)}
        />
      ))}
    </nav>
  );
}
