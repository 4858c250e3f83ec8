import { FilePlus2, FolderOpen, Sparkles } from 'lucide-react';
import { newWorkflow, report } from '../commands/file-commands.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { openTemplate } from '../state/files.ts';
import { Button } from '../ui/button.tsx';
import styles from './empty-state.module.css';
import { showPanel } from './ui.ts';

/** In place of the canvas while no workflow is open. */
export function EmptyState() {
  const { t } = useTranslation();
  return (
    <div className={styles.empty}>
      <h2 className={styles.title}>{t('app.emptyTitle')}</h2>
      <p className={styles.text}>{t('app.emptyText')}</p>
      <div className={styles.buttons}>
        <Button kind="primary" icon={<Sparkles size={16} />} onClick={() => void report(openTemplate('text-to-image'))}>
          {t('app.emptyTemplate')}
        </Button>
        <Button icon={<FilePlus2 size={16} />} onClick={newWorkflow}>
          {t('app.emptyNew')}
        </Button>
        <Button icon={<FolderOpen size={16} />} onClick={() => showPanel('workflows')}>
          {t('app.emptyBrowse')}
        </Button>
      </div>
    </div>
  );
}
