import { Plus, X } from 'lucide-react';
import { type DragEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { keysOf } from '../commands/all-commands.ts';
import { closeWithUndo, newWorkflow } from '../commands/file-commands.ts';
import { isMac, shortcutText } from '../commands/shortcut.ts';
import { activate, findTab, moveTab, useEditor } from '../state/editor.ts';
import { classes } from '../ui/classes.ts';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './tabs.module.css';

/** What a dragged tab carries: its id. */
const tabDragType = 'application/x-weft-tab';

/** The open workflows. */
export function Tabs() {
  const { t } = useTranslation();
  const ids = useEditor(useShallow(({ tabs }) => tabs.map(({ id }) => id)));
  const newKeys = keysOf('new');
  return (
    <nav className={styles.tabs} aria-label={t('app.tabs')}>
      <ul className={styles.list}>
        {ids.map((id, index) => (
          <Tab key={id} id={id} index={index} />
        ))}
      </ul>
      <IconButton
        label={t('app.newTab')}
        keys={newKeys && shortcutText(newKeys, isMac)}
        icon={<Plus size={16} />}
        className={styles.add}
        onClick={newWorkflow}
      />
    </nav>
  );
}

function Tab({ id, index }: { readonly id: string; readonly index: number }) {
  const { t } = useTranslation();
  const title = useEditor((state) => findTab(id, state)?.title) || t('app.untitled');
  const unsaved = useEditor((state) => findTab(id, state)?.unsaved ?? false);
  const active = useEditor((state) => state.active === id);
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
      draggable
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
      onAuxClick={(event) => event.button === 1 && closeWithUndo(id)}
      // On Linux a middle click would paste, elsewhere it would scroll.
      onMouseDown={(event) => event.button === 1 && event.preventDefault()}
    >
      <button type="button" className={styles.name} aria-current={active ? 'page' : undefined} onClick={() => activate(id)} title={title}>
        <span className={styles.title}>{title}</span>
        {unsaved && <span className={styles.dot} role="img" aria-label={t('app.unsaved')} />}
      </button>
      <button type="button" className={styles.close} aria-label={t('app.closeTab', { title })} onClick={() => closeWithUndo(id)}>
        <X size={14} />
      </button>
    </li>
  );
}

/** The tab that is being dragged: what a drag carries can't be read before it is dropped. */
let dragged: string | undefined;
