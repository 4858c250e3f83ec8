import { shortcutOf } from '../../commands/all-commands.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { Keys } from '../../ui/keys.tsx';
import { useStage } from '../scene/stage.ts';
import styles from './chrome.module.css';

/** On an empty canvas: how to begin. */
export function Hints() {
  const { t } = useTranslation();
  const empty = useStage(({ scene }) => scene.cards.size === 0 && scene.notes.length === 0 && scene.groups.length === 0);
  if (!empty) return null;
  return (
    <div className={styles.hints}>
      <p>{t('canvas.emptyTitle')}</p>
      <ul>
        <li>
          <Keys keys={shortcutOf('add-node') ?? ''} /> {t('canvas.emptySearch')}
        </li>
        <li>{t('canvas.emptyDrag')}</li>
        <li>{t('canvas.emptyDrop')}</li>
      </ul>
    </div>
  );
}
