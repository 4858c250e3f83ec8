import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { Search as SearchIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { NodeDescription } from '../../nodes/define.ts';
import { focus } from '../../workflows/scope.ts';
import { showCard } from '../canvas/flow/keyboard.ts';
import { mainCategory } from '../canvas/paint/palette.ts';
import type { Point } from '../canvas/scene/bezier.ts';
import { headerHeight } from '../canvas/scene/metrics.ts';
import { categoryText } from '../i18n/labels.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { shownCatalog } from '../state/catalog.ts';
import { activeTab } from '../state/editor.ts';
import { addFound } from './add-found.ts';
import { candidates, wantedOf } from './candidates.ts';
import { NodePreview } from './node-preview.tsx';
import { rankNodes } from './rank.ts';
import styles from './search.module.css';
import { closeSearch, type Search, useSearch } from './search-state.ts';

/** From the window to the graph. */
type ToGraph = (point: Point) => Point;

/** The search for a node to add, with the highlighted one shown as its card. */
export function NodeSearch({ toGraph }: { readonly toGraph: ToGraph }) {
  const search = useSearch((state) => state.search);
  return (
    <Dialog.Root open={search !== undefined} onOpenChange={(open) => open || closeSearch()} modal="trap-focus">
      <Dialog.Portal>{search !== undefined && <SearchPopup search={search} toGraph={toGraph} />}</Dialog.Portal>
    </Dialog.Root>
  );
}

const width = 620;
const height = 420;

function SearchPopup({ search, toGraph }: { readonly search: Search; readonly toGraph: ToGraph }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const { all, wanted } = useMemo(() => offered(search), [search]);
  const found = useMemo(() => rankNodes(query, all), [query, all]);
  const shown = found.find(({ type }) => type === chosen) ?? found.at(0);

  const add = (description: NodeDescription) => {
    const { x, y } = toGraph(search.at);
    // What comes before goes to the left of where the link was released.
    const left = search.start !== undefined && search.start.end !== 'output' ? 220 : search.start === undefined ? 20 : 0;
    closeSearch();
    showCard(addFound(description, search, { x: Math.round(x - left), y: Math.round(y - headerHeight) }));
  };
  const left = Math.max(8, Math.min(window.innerWidth - width - 8, search.at.x - 40));
  const top = Math.max(8, Math.min(window.innerHeight - height - 8, search.at.y - 24));
  return (
    <Dialog.Popup className={styles.popup} style={{ left, top, width, height }} aria-label={t('search.title')}>
      <Command
        className={styles.command}
        shouldFilter={false}
        loop
        value={shown?.type ?? ''}
        onValueChange={setChosen}
        label={t('search.title')}
      >
        <div className={styles.query}>
          <SearchIcon size={16} aria-hidden="true" />
          <Command.Input
            className={styles.input}
            value={query}
            onValueChange={(text) => {
              setQuery(text);
              setChosen('');
            }}
            placeholder={t('search.placeholder')}
            autoFocus
          />
          {wanted !== undefined && (
            <span className={styles.wanted} data-socket={wanted.type}>
              <i aria-hidden="true" />
              {t(`search.${wanted.kind}`, { type: wanted.type })}
            </span>
          )}
        </div>
        <div className={styles.columns}>
          <Command.List className={styles.list}>
            <Command.Empty className={styles.empty}>{t('search.nothing')}</Command.Empty>
            {found.map((node) => (
              <Command.Item
                key={node.type}
                value={node.type}
                className={styles.item}
                data-category={mainCategory(node.category)}
                onSelect={() => add(node)}
              >
                <i aria-hidden="true" />
                <span className={styles.name}>{node.title}</span>
                <span className={styles.category}>{categoryText(node.category)}</span>
              </Command.Item>
            ))}
          </Command.List>
          {shown !== undefined && <NodePreview description={shown} />}
        </div>
      </Command>
    </Dialog.Popup>
  );
}

function offered(search: Search) {
  const tab = activeTab();
  if (tab === undefined) return { all: [], wanted: undefined };
  const workflow = focus(tab.workflow, tab.scope);
  const catalog = shownCatalog();
  return { all: candidates(workflow, catalog, search), wanted: wantedOf(workflow, catalog, search) };
}
