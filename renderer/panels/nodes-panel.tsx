import { SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { NodeDescription } from '../../nodes/define.ts';
import { addNode } from '../../workflows/edits/nodes.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { canvasPort, nodeDragType } from '../state/canvas-port.ts';
import { useShownCatalog } from '../state/catalog.ts';
import { edit, select } from '../state/editor.ts';
import { matchingNodes } from './matching-nodes.ts';
import styles from './nodes-panel.module.css';
import { Empty, PanelSearch, Scroll, Section } from './parts.tsx';
import { SubgraphLibrary } from './subgraph-library.tsx';

/** All node types by category, to drag onto the canvas. */
export function NodesPanel() {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const catalog = useShownCatalog();
  const groups = useMemo(
    () => [...Map.groupBy(matchingNodes(catalog.values(), query), ({ category }) => category.split('/')[0] ?? '')],
    [catalog, query],
  );
  return (
    <>
      <PanelSearch value={query} onChange={setQuery} />
      <Scroll>
        {query === '' && <SubgraphLibrary />}
        {groups.map(([category, nodes]) => (
          <Section key={category} title={t(`categories.${category}`, { defaultValue: category })}>
            <ul>
              {nodes.map((node) => (
                <Item key={node.type} node={node} />
              ))}
            </ul>
          </Section>
        ))}
        {groups.length === 0 && catalog.size > 0 && <Empty icon={SearchX} text={t('nodes.nothingFound')} />}
      </Scroll>
    </>
  );
}

function Item({ node }: { readonly node: NodeDescription }) {
  return (
    <li>
      <button
        type="button"
        className={styles.item}
        data-category={node.category.split('/')[0]}
        title={node.description}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(nodeDragType, node.type);
          event.dataTransfer.effectAllowed = 'copy';
        }}
        onClick={() => addInMiddle(node)}
      >
        <span className={styles.mark} />
        <span className={styles.name}>{node.title}</span>
      </button>
    </li>
  );
}

function addInMiddle(node: NodeDescription): void {
  const position = canvasPort()?.center() ?? { x: 0, y: 0 };
  let id = '';
  edit('edits.add', (workflow) => {
    const added = addNode(workflow, node, { x: Math.round(position.x - 120), y: Math.round(position.y - 60) });
    id = added.id;
    return added.workflow;
  });
  select([id]);
}
