import { CircleAlert, ListTodo, Settings } from 'lucide-react';
import { shortcutOf } from '../commands/all-commands.ts';
import { AppMenu } from '../commands/app-menu.tsx';
import { useTranslation } from '../i18n/texts.tsx';
import { useTabProblems } from '../panels/tab-problems.ts';
import { activeTab, useEditor } from '../state/editor.ts';
import { useRuns } from '../state/runs.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { DeviceChip } from './device-chip.tsx';
import { RunButton } from './run-button.tsx';
import { Tabs } from './tabs.tsx';
import styles from './top-bar.module.css';
import { showDialog, toggleDrawer, togglePanel } from './ui.ts';

/** The bar at the top: open workflows on the left, what concerns running on the right. */
export function TopBar() {
  const { t } = useTranslation();
  return (
    <header className={styles.bar}>
      <h1 className="visually-hidden">Weft</h1>
      <AppMenu />
      <Tabs />
      <div className={styles.tools}>
        <ProblemsChip />
        <QueueChip />
        <DeviceChip />
        <RunButton />
        <IconButton
          label={t('settings.title')}
          keys={shortcutOf('settings')}
          icon={<Settings size={17} />}
          size="medium"
          onClick={() => showDialog('settings')}
        />
      </div>
    </header>
  );
}

/** Says that something keeps the workflow from running, and leads there. That nothing has been begun is no problem. */
function ProblemsChip() {
  const { t } = useTranslation();
  const count = useTabProblems().length;
  const isEmpty = useEditor((state) => Object.keys(activeTab(state)?.workflow.nodes ?? {}).length === 0);
  if (count === 0 || isEmpty) return null;
  return (
    <button type="button" className={styles.chip} data-bad onClick={() => toggleDrawer('problems')}>
      <CircleAlert size={15} />
      {t('problems.count', { count })}
    </button>
  );
}

function QueueChip() {
  const { t } = useTranslation();
  const running = useRuns(({ runs }) => runs.filter(({ state }) => state === 'running').length);
  const waiting = useRuns(({ runs }) => runs.filter(({ state }) => state === 'waiting').length);
  const parts = [running > 0 && t('app.queueRunning', { count: running }), waiting > 0 && t('app.queueWaiting', { count: waiting })];
  const text = parts.filter(Boolean).join(' · ');
  return (
    <Tooltip text={t('rail.queue')}>
      <button
        type="button"
        className={styles.chip}
        aria-label={text === '' ? t('app.queueIdle') : text}
        onClick={() => togglePanel('queue')}
        data-busy={text === '' ? undefined : true}
      >
        <ListTodo size={15} />
        <span className={styles.chipText}>{text === '' ? t('app.queueIdle') : text}</span>
      </button>
    </Tooltip>
  );
}
