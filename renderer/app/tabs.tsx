import type { TFunction } from 'i18next';
import { Plus, X } from 'lucide-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { shortcutOf } from '../commands/all-commands.ts';
import { closeWithUndo, newWorkflow } from '../commands/file-commands.ts';
import { menuEntry } from '../commands/menu-entries.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { activate, findTab, moveTab, useEditor } from '../state/editor.ts';
import { classes } from '../ui/classes.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { MenuAt } from '../ui/menu.tsx';
import type { MenuEntry } from '../ui/menu-items.ts';
import { TabName } from './tab-name.tsx';
import styles from './tabs.module.css';
import { useUi } from './ui.ts';

/** What a dragged tab carries: its id. */
const tabDragType = 'application/x-weft-tab';

/** The tab whose menu is open, and where in the window. */
type MenuPlace = { readonly id: string; readonly x: number; readonly y: number };

/** What can be done with a tab, which is the one that is shown: the commands are about that one. */
function tabEntries(t: TFunction, id: string): MenuEntry[] {
  const others = useEditor.getState().tabs.filter((tab) => tab.id !== id);
  return [
    ...['rename-tab', 'save', 'versions'].map((command) => menuEntry(command, t)),
    { kind: 'separator', id: 'before-move' },
    ...['move-tab-left', 'move-tab-right'].map((command) => menuEntry(command, t)),
    { kind: 'separator', id: 'before-close' },
    menuEntry('close', t),
    {
      kind: 'item',
      id: 'close-others',
      label: t('app.closeOthers'),
      disabled: others.length === 0,
      run: () => {
        for (const tab of others) closeWithUndo(tab.id);
      },
    },
  ];
}

/** The open workflows. */
export function Tabs() {
  const { t } = useTranslation();
  const ids = useEditor(useShallow(({ tabs }) => tabs.map(({ id }) => id)));
  const [menu, setMenu] = useState<MenuPlace>();
  return (
    <nav className={styles.tabs} aria-label={t('app.tabs')}>
      <ul className={styles.list}>
        {ids.map((id, index) => (
          <Tab key={id} id={id} index={index} onMenu={setMenu} />
        ))}
      </ul>
      <IconButton label={t('app.newTab')} keys={shortcutOf('new')} icon={<Plus size={16} />} className={styles.add} onClick={newWorkflow} />
      <MenuAt point={menu} entries={menu === undefined ? [] : tabEntries(t, menu.id)} onClose={() => setMenu(undefined)} />
    </nav>
  );
}

type TabProps = { readonly id: string; readonly index: number; readonly onMenu: (place: MenuPlace) => void };

function Tab({ id, index, onMenu }: TabProps) {
  const { t } = useTranslation();
  const title = useEditor((state) => findTab(id, state)?.title) || t('app.untitled');
  const unsaved = useEditor((state) => findTab(id, state)?.unsaved ?? false);
  const active = useEditor((state) => state.active === id);
  const renaming = useUi(({ renamingTab }) => renamingTab === id);
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) element.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);
  const takeDrag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(tabDragType)) return;
    event.preventDefault();
    if (dragged !== undefined && dragged !== id) moveTab(dragged, index);
  };
  return (
    <li
      ref={element}
      className={classes(styles.tab, active && styles.active)}
      draggable={!renaming}
      onDragStart={(event) => {
        dragged = id;
        event.dataTransfer.setData(tabDragType, id);
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragEnd={() => {
        dragged = undefined;
      }}
      onDragEnter={takeDrag}
      onDragOver={(event) => event.dataTransfer.types.includes(tabDragType) && event.preventDefault()}
      onContextMenu={(event) => {
        event.preventDefault();
        activate(id);
        onMenu({ id, x: event.clientX, y: event.clientY });
      }}
      onAuxClick={(event) => event.button === 1 && closeWithUndo(id)}
      // On Linux a middle click would paste, elsewhere it would scroll.
      onMouseDown={(event) => event.button === 1 && event.preventDefault()}
    >
      {renaming ? (
        <TabName id={id} title={title} />
      ) : (
        <button
          type="button"
          className={styles.name}
          aria-current={active ? 'page' : undefined}
          title={title}
          onClick={() => activate(id)}
          onDoubleClick={() => useUi.setState({ renamingTab: id })}
          onKeyDown={(event) => {
            if (event.key !== 'F2') return;
            event.preventDefault();
            useUi.setState({ renamingTab: id });
          }}
        >
          <span className={styles.title}>{title}</span>
          {unsaved && <span className={styles.dot} role="img" aria-label={t('app.unsaved')} />}
        </button>
      )}
      <button type="button" className={styles.close} aria-label={t('app.closeTab', { title })} onClick={() => closeWithUndo(id)}>
        <X size={14} />
      </button>
    </li>
  );
}

/** The tab that is being dragged: what a drag carries can't be read before it is dropped. */
let dragged: string | undefined;
