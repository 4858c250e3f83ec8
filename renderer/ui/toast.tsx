import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import type { Problem } from '../../nodes/problem.ts';
import { said } from '../i18n/sentences.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { IconButton } from './icon-button.tsx';
import styles from './toast.module.css';

type Notice = {
  readonly text: string;
  /** A second, quieter sentence: what to do. */
  readonly more?: string;
  /** `notice`: nothing went wrong, but not as one might expect. */
  readonly kind?: 'done' | 'notice' | 'problem';
  readonly action?: { readonly label: string; readonly run: () => void };
};

const manager = Base.createToastManager();

/** Says something in the corner of the window, for a while. Returns what takes it away. */
export function notify({ text, more, kind = 'done', action }: Notice): () => void {
  const id = manager.add({
    title: text,
    description: more,
    type: kind,
    priority: kind === 'problem' ? 'high' : 'low',
    timeout: kind !== 'done' || action !== undefined ? 10_000 : 4_000,
    actionProps: action && {
      children: action.label,
      onClick: () => {
        manager.close(id);
        action.run();
      },
    },
  });
  return () => manager.close(id);
}

/** Says what went wrong. */
export function notifyProblems(problems: readonly Problem[]): void {
  for (const { what, fix } of problems.slice(0, 3)) notify({ text: said(what), more: fix && said(fix), kind: 'problem' });
}

/** Where notices appear. */
export function Toasts() {
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport className={styles.viewport}>
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function Sign({ kind }: { readonly kind: string | undefined }) {
  if (kind === 'problem') return <CircleAlert size={16} className={styles.problem} />;
  if (kind === 'notice') return <Info size={16} className={styles.notice} />;
  return <CircleCheck size={16} className={styles.done} />;
}

function List() {
  const { t } = useTranslation();
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root key={toast.id} toast={toast} className={styles.toast}>
      <Sign kind={toast.type} />
      <div className={styles.text}>
        <Base.Title className={styles.title} render={<p />} />
        <Base.Description className={styles.more} />
      </div>
      <Base.Action className={styles.action} />
      <Base.Close render={<IconButton size="small" label={t('common.close')} icon={<X size={14} />} />} />
    </Base.Root>
  ));
}
