import { useEffect, useState } from 'react';
import type { Result } from '../../electron/bridge/contract.ts';
import { useUi } from '../app/ui.ts';
import { report } from '../commands/file-commands.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { bridge } from '../state/bridge.ts';
import { useEditor } from '../state/editor.ts';
import { openFile, openVersion } from '../state/files.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatTime } from '../ui/format.ts';
import { notifyProblems } from '../ui/toast.tsx';
import styles from './versions-dialog.module.css';

function close(): void {
  useUi.setState({ versionsOf: undefined });
}

/** The earlier versions of a workflow file, with a way back to each. */
export function VersionsDialog() {
  const { t } = useTranslation();
  const of = useUi(({ versionsOf }) => versionsOf);
  return (
    <Dialog open={of !== undefined} onClose={close} title={t('versions.title', { title: of?.title ?? '' })}>
      {of !== undefined && <Versions file={of.file} />}
    </Dialog>
  );
}

function Versions({ file }: { readonly file: string }) {
  const { t, language } = useTranslation();
  const [versions, setVersions] = useState<Result<'workflows.versions'>>();
  useEffect(() => {
    void bridge.call('workflows.versions', { file }).then((answer) => {
      if (answer.ok) setVersions(answer.value);
      else notifyProblems(answer.problems);
    });
  }, [file]);
  if (versions === undefined) return null;
  if (versions.length === 0) return <p className={styles.empty}>{t('versions.empty')}</p>;
  return (
    <ul>
      {versions.map(({ version, savedAt }) => (
        <li key={version} className={styles.row}>
          <time dateTime={new Date(savedAt).toISOString()}>{formatTime(savedAt, language)}</time>
          <Button size="small" onClick={() => void goBack(file, version, t('versions.done'))}>
            {t('versions.goBack')}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Puts a version into the file's tab, as an edit that can be undone. */
async function goBack(file: string, version: string, success: string): Promise<void> {
  close();
  const opened = await openFile(file);
  const tab = useEditor.getState().tabs.find((one) => one.file === file);
  if (!opened.ok || tab === undefined) return report(Promise.resolve(opened));
  await report(openVersion(tab.id, version), success);
}
