import i18next from 'i18next';
import { Ellipsis } from 'lucide-react';
import { useEffect } from 'react';
import { parseFragment } from '../../workflows/edits/fragment.ts';
import { pasteFragment } from '../commands/clipboard.ts';
import { report } from '../commands/file-commands.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { type LibrarySubgraph, readLibrary, removeSubgraph, saveSubgraph, useLibrary } from '../state/library.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { notify, notifyProblems } from '../ui/toast.tsx';
import styles from './nodes-panel.module.css';
import { Section } from './parts.tsx';

/** Subgraphs that were saved for use in any workflow. */
export function SubgraphLibrary() {
  const { t } = useTranslation();
  const saved = useLibrary((library) => library.saved);
  useEffect(() => void report(readLibrary()), []);
  if (saved.length === 0) return null;
  return (
    <Section title={t('nodes.library')}>
      <ul>
        {saved.map((subgraph) => (
          <li key={subgraph.name} className={styles.row}>
            <button type="button" className={styles.item} data-category="subgraphs" onClick={() => add(subgraph)}>
              <span className={styles.mark} />
              <span className={styles.name}>{subgraph.name}</span>
            </button>
            <Menu
              align="end"
              trigger={<IconButton size="small" label={t('common.more')} icon={<Ellipsis size={16} />} />}
              entries={[{ kind: 'item', id: 'remove', label: t('common.delete'), danger: true, run: () => void remove(subgraph) }]}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function add({ name, text }: LibrarySubgraph): void {
  const fragment = parseFragment(text);
  if (fragment === undefined) notify({ text: i18next.t('nodes.unreadable', { name }), kind: 'problem' });
  else pasteFragment(fragment, 'inside');
}

async function remove(subgraph: LibrarySubgraph): Promise<void> {
  const removed = await removeSubgraph(subgraph);
  if (!removed.ok) return notifyProblems(removed.problems);
  notify({
    text: i18next.t('workflows.removed', { title: subgraph.name }),
    action: { label: i18next.t('common.undo'), run: () => void report(saveSubgraph(subgraph)) },
  });
}
