import { CircleAlert, CircleCheck, CircleDashed, CircleSlash, Ellipsis, ListTodo, LoaderCircle, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import type { Run } from '../../electron/bridge/contract.ts';
import { report } from '../commands/file-commands.ts';
import { said } from '../i18n/sentences.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { bridge } from '../state/bridge.ts';
import { openRun } from '../state/files.ts';
import { cancelRun } from '../state/run-actions.ts';
import { isOpen, putRuns, useRuns } from '../state/runs.ts';
import { Button } from '../ui/button.tsx';
import { formatDuration, formatTime } from '../ui/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import type { MenuEntry } from '../ui/menu-items.ts';
import { openViewer } from '../viewer/viewer-state.ts';
import { Empty, Scroll, Section } from './parts.tsx';
import styles from './queue-panel.module.css';
import { ResultTables } from './result-tables.tsx';
import { removeWithUndo, runAgain, useHiddenRuns } from './run-list-actions.ts';

const pageSize = 50;

/** What runs and waits, and what has run. */
export function QueuePanel() {
  const { t } = useTranslation();
  const hidden = useHiddenRuns(({ ids }) => ids);
  const runs = useRuns(({ runs: all }) => all).filter(({ id }) => !hidden.has(id));
  const open = runs.filter(isOpen);
  const over = runs.filter((run) => !isOpen(run));
  if (runs.length === 0) return <Empty icon={ListTodo} text={t('queue.empty')} />;
  return (
    <Scroll>
      {open.length > 0 && (
        <Section title={t('queue.queue')}>
          <RunList runs={open} />
        </Section>
      )}
      {over.length > 0 && (
        <Section title={t('queue.history')}>
          <RunList runs={over} />
          {over.length >= pageSize && <More before={over.at(-1)?.endedAt ?? null} />}
        </Section>
      )}
    </Scroll>
  );
}

function RunList({ runs }: { readonly runs: readonly Run[] }) {
  return (
    <ul>
      {runs.map((run) => (
        <RunRow key={run.id} run={run} />
      ))}
    </ul>
  );
}

const icons: Readonly<Record<Run['state'], LucideIcon>> = {
  waiting: CircleDashed,
  running: LoaderCircle,
  done: CircleCheck,
  failed: CircleAlert,
  cancelled: CircleSlash,
};

function RunRow({ run }: { readonly run: Run }) {
  const { t, language } = useTranslation();
  const [picture] = run.pictures;
  const title = run.title || t('app.untitled');
  const Icon = icons[run.state];
  const took = run.startedAt !== null && run.endedAt !== null ? formatDuration(run.endedAt - run.startedAt) : undefined;
  const when = formatTime(run.endedAt ?? run.startedAt ?? run.queuedAt, language);
  return (
    <li className={styles.row} data-state={run.state}>
      {picture === undefined ? (
        <span className={styles.noPicture}>
          <Icon size={16} />
        </span>
      ) : (
        <button
          type="button"
          className={styles.picture}
          aria-label={t('pictures.show', { name: picture.name })}
          onClick={() => openViewer(run.pictures, 0)}
        >
          <img src={picture.url} alt="" loading="lazy" />
          {run.pictures.length > 1 && <span className={styles.count}>{run.pictures.length}</span>}
        </button>
      )}
      <div className={styles.text}>
        <p className={styles.title}>{title}</p>
        <p className={styles.facts}>{[t(`queue.${run.state}`), took, when].filter(Boolean).join(' · ')}</p>
        {run.tables.length > 0 && (
          <details className={styles.numbers}>
            <summary>{t('queue.numbers')}</summary>
            <ResultTables tables={run.tables} />
          </details>
        )}
        {run.problems[0] !== undefined && <p className={styles.problem}>{said(run.problems[0].what)}</p>}
      </div>
      {isOpen(run) && (
        <Button size="small" kind="quiet" onClick={() => void report(cancelRun(run.id))}>
          {t(run.state === 'running' ? 'commands.stop' : 'common.cancel')}
        </Button>
      )}
      <RunMenu run={run} title={title} />
    </li>
  );
}

function RunMenu({ run, title }: { readonly run: Run; readonly title: string }) {
  const { t } = useTranslation();
  const entries: MenuEntry[] = [
    { kind: 'item', id: 'open', label: t('queue.openWorkflow'), run: () => void report(openRun(run.id, title)) },
    { kind: 'item', id: 'again', label: t('queue.runAgain'), run: () => void runAgain(run) },
    { kind: 'separator', id: 'line' },
    isOpen(run)
      ? { kind: 'item', id: 'cancel', label: t('common.cancel'), run: () => void report(cancelRun(run.id)) }
      : { kind: 'item', id: 'remove', label: t('queue.remove'), danger: true, run: () => removeWithUndo(run) },
  ];
  return (
    <Menu align="end" entries={entries} trigger={<IconButton size="small" label={t('common.more')} icon={<Ellipsis size={16} />} />} />
  );
}

function More({ before }: { readonly before: number | null }) {
  const { t } = useTranslation();
  const [state, setState] = useState<'more' | 'asking' | 'end'>('more');
  if (state === 'end') return null;
  const load = async () => {
    setState('asking');
    const answer = await bridge.call('runs.list', { limit: pageSize, before });
    const older = answer.ok ? answer.value.filter((run) => !isOpen(run)) : [];
    putRuns(older);
    setState(older.length < pageSize ? 'end' : 'more');
  };
  return (
    <Button kind="quiet" disabled={state === 'asking'} className={styles.more} onClick={() => void load()}>
      {t('common.loadMore')}
    </Button>
  );
}
