import { ChevronDown, Play, Square } from 'lucide-react';
import { canRun, commands, runCommand, shortcutOf } from '../commands/all-commands.ts';
import { menuEntry } from '../commands/menu-entries.ts';
import { runAndReport } from '../commands/run-commands.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { useSettings } from '../settings/settings.ts';
import { useEditor } from '../state/editor.ts';
import { isOpen, useRuns } from '../state/runs.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import type { MenuEntry } from '../ui/menu-items.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import styles from './run-button.module.css';

const times = [2, 4, 8, 16];

/** Run, and the ways to run; Stop beside it while something of this workflow runs or waits. */
export function RunButton() {
  const { t } = useTranslation();
  const disabled = useEditor(({ active }) => active === undefined);
  const busy = useRuns(({ runs }) => runs.some(isOpen));
  const onChange = useSettings(({ runOnChange }) => runOnChange);
  return (
    <>
      {busy && (
        <IconButton
          label={t('commands.stop')}
          keys={shortcutOf('stop')}
          icon={<Square size={13} fill="currentColor" />}
          className={styles.stop}
          onClick={() => {
            const own = commands.find(({ id }) => id === 'stop');
            runCommand(own !== undefined && canRun(own) ? 'stop' : 'stop-all');
          }}
        />
      )}
      <div className={styles.run} data-disabled={disabled || undefined}>
        <Tooltip text={t('commands.run')} keys={shortcutOf('run')}>
          <button type="button" className={styles.main} disabled={disabled} onClick={() => runCommand('run')}>
            <Play size={14} fill="currentColor" />
            {t('app.run')}
            {onChange && <span className={styles.live} role="img" aria-label={t('settings.runOnChange')} />}
          </button>
        </Tooltip>
        <RunMenu disabled={disabled} />
      </div>
    </>
  );
}

function RunMenu({ disabled }: { readonly disabled: boolean }) {
  const { t } = useTranslation();
  const entries = (): MenuEntry[] => [
    menuEntry('run', t),
    menuEntry('run-first', t),
    menuEntry('run-to-selected', t),
    { kind: 'separator', id: 'before-times' },
    { kind: 'heading', id: 'times', label: t('app.runTimesHeading') },
    ...times.map(
      (count): MenuEntry => ({
        kind: 'item',
        id: `times-${count}`,
        label: t('app.runTimes', { count }),
        run: () => void runAndReport({ times: count }),
      }),
    ),
    { kind: 'separator', id: 'before-change' },
    menuEntry('run-on-change', t),
    menuEntry('stop-all', t),
  ];
  return (
    <Menu
      align="end"
      entries={entries}
      trigger={
        <button type="button" className={styles.arrow} aria-label={t('app.runMenu')} disabled={disabled}>
          <ChevronDown size={15} />
        </button>
      }
    />
  );
}
