import { useStore } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { runCommand, shortcutOf } from '../../commands/all-commands.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './chrome.module.css';
import { CommandButton } from './command-button.tsx';

/** Zoom and fit, bottom left. */
export function ViewControls() {
  const { t } = useTranslation();
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <div className={styles.controls} role="toolbar" aria-label={t('canvas.view')}>
      <CommandButton id="zoom-out" icon={<Minus size={15} />} />
      <Tooltip text={t('commands.zoomWhole')} keys={shortcutOf('zoom-whole')} side="top">
        <button type="button" className={styles.percent} onClick={() => runCommand('zoom-whole')}>
          {percent}%
        </button>
      </Tooltip>
      <CommandButton id="zoom-in" icon={<Plus size={15} />} />
      <i />
      <CommandButton id="fit" icon={<Maximize size={14} />} />
    </div>
  );
}
