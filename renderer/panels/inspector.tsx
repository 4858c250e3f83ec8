import { useShallow } from 'zustand/react/shallow';
import { isTitleShared, titleOf } from '../../workflows/node-names.ts';
import { subgraphOfType } from '../../workflows/subgraph-types.ts';
import { canRun, commands } from '../commands/all-commands.ts';
import type { Command } from '../commands/command.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { shownCatalog, useDescription } from '../state/catalog.ts';
import { activeTab, useEditor } from '../state/editor.ts';
import { useNode } from '../state/hooks.ts';
import { shownGraph } from '../state/shown.ts';
import { Button } from '../ui/button.tsx';
import styles from './inspector.module.css';
import { NodeFields } from './node-fields.tsx';
import { NodeResult } from './node-result.tsx';
import { SubgraphPorts } from './subgraph-ports.tsx';
import { WorkflowInspector } from './workflow-inspector.tsx';

/** Everything about what is selected. */
export function Inspector() {
  const { t } = useTranslation();
  const selected = useEditor(useShallow((state) => [...(activeTab(state)?.selection ?? [])]));
  const nodes = useEditor(
    useShallow((state) => {
      const graph = shownGraph(state);
      return [...(activeTab(state)?.selection ?? [])].filter((id) => graph !== undefined && Object.hasOwn(graph.nodes, id));
    }),
  );
  const [only] = nodes;
  return (
    <aside className={styles.inspector} aria-label={t('commands.inspector')}>
      {selected.length === 1 && only !== undefined ? (
        <NodeInspector key={only} id={only} />
      ) : selected.length > 1 ? (
        <SelectionInspector count={selected.length} />
      ) : (
        <WorkflowInspector />
      )}
    </aside>
  );
}

function NodeInspector({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const node = useNode(id);
  const description = useDescription(id);
  const title = node && titleOf(node, description);
  const isShared = useEditor((state) => title !== undefined && isTitleShared(title, shownGraph(state)?.nodes ?? {}, shownCatalog(state)));
  if (node === undefined) return null;
  const subgraph = subgraphOfType(node.type);
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>{title}</h2>
        <p className={styles.type}>
          {[
            node.title === undefined ? undefined : description?.title,
            // The id of a subgraph tells nobody anything.
            subgraph === undefined ? node.type : t('ports.subgraph'),
            // So that a sentence about one of several says which.
            isShared ? t('inspector.id', { id }) : undefined,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </header>
      <p className={styles.description}>{description?.description ?? t('inspector.unknown', { type: node.type })}</p>
      <NodeResult id={id} description={description} />
      {description !== undefined && <NodeFields id={id} description={description} />}
      {subgraph !== undefined && <SubgraphPorts subgraph={subgraph} />}
    </>
  );
}

const forSelection = ['arrange', 'node', 'subgraph'] satisfies Command['group'][];
/** What the selection is not for. */
const others = new Set(['add-node', 'add-note', 'rename', 'leave-subgraph']);

function SelectionInspector({ count }: { readonly count: number }) {
  const { t } = useTranslation();
  return (
    <>
      <h2 className={styles.title}>{t('inspector.selected', { count })}</h2>
      {forSelection.map((group) => (
        <section key={group}>
          <h3 className={styles.heading}>{t(`commands.groups.${group}`)}</h3>
          <div className={styles.actions}>
            {commands
              .filter((command) => command.group === group && !others.has(command.id) && command.when !== undefined && canRun(command))
              .map((command) => (
                <Button key={command.id} size="small" onClick={command.run}>
                  {t(command.title)}
                </Button>
              ))}
          </div>
        </section>
      ))}
    </>
  );
}
