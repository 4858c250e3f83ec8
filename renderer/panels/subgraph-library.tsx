import i18next from 'i18next';
import { Ellipsis } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../electron/bridge/contract.ts';
import { parseFragment } from '../../workflows/edits/fragment.ts';
import { pasteFragment } from '../commands/clipboard.ts';
import { bridge } from '../state/bridge.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { notify, notifyProblems } from '../ui/toast.tsx';
import styles from './nodes-panel.module.css';
import { Section } from './parts.tsx';

type Saved = Result<'subgraphs.list'>[number];

/** Subgraphs that were saved for use in any workflow. */
export function SubgraphLibrary() {
  const { t } = useTranslation();
  const [saved, setSaved] = useState<readonly Saved[]>([]);
  const load = async () => {
    const answer = await bridge.call('subgraphs.list', {});
    if (answer.ok) setSaved(answer.value);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the panel opens.
  useEffect(() => void load(), []);
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
              entries={[{ kind: 'item', id: 'remove', label: t('common.delete'), danger: true, run: () => void remove(subgraph, load) }]}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function add({ name, text }: Saved): void {
  const fragment = parseFragment(text);
  if (fragment === undefined) notify({ text: i18next.t('nodes.unreadable', { name }), kind: 'problem' });
  else pasteFragment(fragment, 'inside');
}

async function remove(subgraph: Saved, reload: () => Promise<void>): Promise<void> {
  const answer = await bridge.call('subgraphs.remove', { name: subgraph.name });
  if (!answer.ok) return notifyProblems(answer.problems);
  await reload();
  const restore = () => void bridge.call('subgraphs.save', subgraph).then(reload);
  notify({
    text: i18next.t('workflows.removed', { title: subgraph.name }),
    action: { label: i18next.t('common.undo'), run: restore },
  });
}
