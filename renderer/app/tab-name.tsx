import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { report } from '../commands/file-commands.ts';
import { renameTab } from '../state/files.ts';
import styles from './tabs.module.css';
import { useUi } from './ui.ts';

/** The field in which a workflow's name is written; Enter or leaving it ends the renaming, Escape gives it up. */
export function TabName({ id, title }: { readonly id: string; readonly title: string }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(title);
  const finish = (text: string | undefined) => {
    if (useUi.getState().renamingTab !== id) return;
    useUi.setState({ renamingTab: undefined });
    const name = text?.trim() ?? '';
    if (name !== '' && name !== title) void report(renameTab(id, name));
  };
  return (
    <input
      className={styles.input}
      aria-label={t('app.tabName')}
      value={draft}
      maxLength={200}
      // biome-ignore lint/a11y/noAutofocus: it appears because somebody wants to write in it.
      autoFocus
      autoComplete="off"
      spellCheck={false}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => finish(draft)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(draft);
        if (event.key === 'Escape') finish(undefined);
      }}
    />
  );
}
