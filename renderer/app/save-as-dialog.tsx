import { useId, useState } from 'react';
import { report } from '../commands/file-commands.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { activeTab } from '../state/editor.ts';
import { saveTabAs } from '../state/files.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextInput } from '../ui/text-input.tsx';
import styles from './save-as-dialog.module.css';
import { showDialog, useUi } from './ui.ts';

/** Asks under which name the shown workflow is saved. */
export function SaveAsDialog() {
  const { t } = useTranslation();
  const open = useUi(({ dialog }) => dialog === 'saveAs');
  const form = useId();
  const close = () => showDialog(undefined);
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t('saveAs.title')}
      size="small"
      footer={
        <>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button kind="primary" type="submit" form={form}>
            {t('saveAs.save')}
          </Button>
        </>
      }
    >
      <NameForm id={form} onDone={close} />
    </Dialog>
  );
}

function NameForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const [tab] = useState(activeTab);
  const [title, setTitle] = useState(tab?.title || t('app.untitled'));
  const save = () => {
    const name = title.trim();
    if (tab === undefined || name === '') return;
    void report(saveTabAs(tab.id, name), t('commands.saved', { title: name }));
    onDone();
  };
  return (
    <form
      id={id}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextInput label={t('saveAs.name')} value={title} onChange={setTitle} maxLength={200} selectOnFocus />
    </form>
  );
}
