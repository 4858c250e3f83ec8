import { useStore } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { runCommand, shortcutOf } from '../../commands/all-commands.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './chrome.module.css';

/** Zoom and fit, bottom left. */
export function ViewControls() {
  const { t } = useTranslation();
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <div className={styles.controls} role="toolbar" aria-label={t('canvas.view')}>
      <IconButton
        label={t('commands.zoomOut')}
        keys={shortcutOf('zoom-out')}
        side="top"
        icon={<Minus size={15} />}
        onClick={() => runCommand('zoom-out')}
      />
      <Tooltip text={t('commands.zoomWhole')} keys={shortcutOf('zoom-whole')} side="top">
        <button type="button" className={styles.percent} onClick={() => runCommand('zoom-whole')}>
          {percent}%
        </button>
      </Tooltip>
      <IconButton
        label={t('commands.zoomIn')}
        keys={shortcutOf('zoom-in')}
        side="top"
        icon={<Plus size={15} />}
        onClick={() => runCommand('zoom-in')}
      />
      <i />
      <IconButton
        label={t('commands.fit')}
        keys={shortcutOf('fit')}
        side="top"
        icon={<Maximize size={14} />}
        onClick={() => runCommand('fit')}
      />
    </div>
  );
}
