import { report } from '../commands/file-commands.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { renameTab } from '../state/files.ts';
import { NameInput } from '../ui/name-input.tsx';
import styles from './tabs.module.css';
import { useUi } from './ui.ts';

const more = { maxLength: 200, autoComplete: 'off', spellCheck: false } as const;

/** The field in which a workflow's name is written. */
export function TabName({ id, title }: { readonly id: string; readonly title: string }) {
  const { t } = useTranslation();
  const finish = (text: string | undefined) => {
    if (useUi.getState().renamingTab !== id) return;
    useUi.setState({ renamingTab: undefined });
    const name = text?.trim() ?? '';
    if (name !== '' && name !== title) void report(renameTab(id, name));
  };
  return <NameInput name={title} label={t('app.tabName')} className={styles.input} more={more} onEnd={finish} />;
}
