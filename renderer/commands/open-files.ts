import i18next from 'i18next';
import { importFile } from '../state/files.ts';
import { notify, notifyProblems } from '../ui/toast.tsx';

/** The most files that one drop opens: each becomes a tab. */
const mostFiles = 20;

/** Opens the workflows that files hold, each in a tab of its own, and says of which that was not possible. */
export async function openFiles(files: readonly File[]): Promise<void> {
  for (const file of files.slice(0, mostFiles)) {
    const outcome = await importFile(file);
    if (!outcome.ok) notifyProblems(outcome.problems);
  }
  if (files.length === 0) notify({ text: i18next.t('drop.nothing'), kind: 'problem' });
  if (files.length > mostFiles) notify({ text: i18next.t('drop.tooMany', { count: mostFiles }), kind: 'problem' });
}
