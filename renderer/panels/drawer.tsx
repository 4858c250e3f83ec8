import { CircleAlert, CircleCheck, ScrollText, X } from 'lucide-react';
import type { Problem } from '../../nodes/problem.ts';
import { type DrawerId, showDrawer, useUi } from '../app/ui.ts';
import { labelOf } from '../i18n/labels.ts';
import { said } from '../i18n/sentences.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { formatDuration } from '../ui/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './drawer.module.css';
import { goToNode } from './go-to-node.ts';
import { type LogEntry, useLog } from './log.ts';
import { nodeName, useTabProblems } from './tab-problems.ts';

const drawers: readonly DrawerId[] = ['problems', 'log'];

/** What opens at the bottom: problems, and what has happened. */
export function Drawer() {
  const { t } = useTranslation();
  const shown = useUi(({ drawer }) => drawer);
  const count = useTabProblems().length;
  if (shown === undefined) return null;
  return (
    <section className={styles.drawer} aria-label={t(`commands.${shown}`)}>
      <header className={styles.header}>
        {drawers.map((id) => (
          <button
            key={id}
            type="button"
            className={classes(styles.tab, id === shown && styles.active)}
            aria-pressed={id === shown}
            onClick={() => showDrawer(id)}
          >
            {t(`commands.${id}`)}
            {id === 'problems' && count > 0 && <span className={styles.count}>{count}</span>}
          </button>
        ))}
        <span className={styles.space} />
        <IconButton size="small" label={t('common.close')} icon={<X size={15} />} onClick={() => showDrawer(undefined)} />
      </header>
      <div className={styles.body}>{shown === 'problems' ? <Problems /> : <Log />}</div>
    </section>
  );
}

function Problems() {
  const { t } = useTranslation();
  const problems = useTabProblems();
  if (problems.length === 0) {
    return (
      <p className={styles.empty}>
        <CircleCheck size={16} className={styles.ok} />
        {t('problems.none')}
      </p>
    );
  }
  return (
    <ul>
      {problems.map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: problems have no identity of their own, and their rows no state.
        <ProblemRow key={index} problem={problem} />
      ))}
    </ul>
  );
}

function ProblemRow({ problem: { node, input, what, fix } }: { readonly problem: Problem }) {
  const { t } = useTranslation();
  const name = node === undefined ? undefined : nodeName(node);
  // Most sentences name the input themselves.
  const isInputNamed = input === undefined || what.includes(input);
  return (
    <li className={styles.row}>
      <CircleAlert size={16} className={styles.bad} />
      <p className={styles.sentence}>
        {name !== undefined && <strong>{isInputNamed ? name : `${name}, ${labelOf(input)}`}</strong>} {said(what)}{' '}
        <span className={styles.fix}>{fix && said(fix)}</span>
      </p>
      {node !== undefined && name !== undefined && (
        <Button size="small" onClick={() => goToNode(node)}>
          {t('problems.show')}
        </Button>
      )}
    </li>
  );
}

function RunEnd({ state, ms, problems }: Extract<LogEntry['what'], { kind: 'run' }>) {
  const { t } = useTranslation();
  return (
    <>
      {t(`queue.${state}`)}
      {ms !== undefined && ` · ${formatDuration(ms)}`} <span className={styles.fix}>{problems.map(said).join(' ')}</span>
    </>
  );
}

function Log() {
  const { t, language } = useTranslation();
  const entries = useLog((log) => log.entries);
  if (entries.length === 0) {
    return (
      <p className={styles.empty}>
        <ScrollText size={16} />
        {t('log.empty')}
      </p>
    );
  }
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  return (
    <ul>
      {entries.map(({ id, time, title, what }) => (
        <li key={id} className={styles.row}>
          <time className={styles.time}>{clock.format(time)}</time>
          <p className={styles.sentence}>
            <strong>{title || t('app.untitled')}</strong> {what.kind === 'notice' ? said(what.text) : <RunEnd {...what} />}
          </p>
        </li>
      ))}
    </ul>
  );
}
