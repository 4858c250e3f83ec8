import { useStore } from '@xyflow/react';
import {
  AlignHorizontalDistributeCenter,
  BoxSelect,
  CircleSlash,
  Component,
  MoonStar,
  Palette as PaletteIcon,
  Rows2,
  Trash2,
} from 'lucide-react';
import { memo, useMemo } from 'react';
import { canRun, commands, shortcutOf } from '../../commands/all-commands.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { activeTab, useEditor } from '../../state/editor.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-items.ts';
import { useConnecting } from '../connecting/connecting.ts';
import { boundsOf } from '../scene/bezier.ts';
import { boxesOf } from '../scene/scene.ts';
import { useStage } from '../scene/stage.ts';
import styles from './chrome.module.css';
import { colorEntries } from './color-entries.tsx';
import { CommandButton } from './command-button.tsx';

/** Room that the toolbar takes above a selection, in pixels of the window. */
const above = 48;

const buttons = [
  ['mute', MoonStar],
  ['bypass', CircleSlash],
  ['group', BoxSelect],
  ['collapse', Rows2],
  ['make-subgraph', Component],
] as const;

/** What can be done with a selection, above it. */
export function SelectionToolbar() {
  const selection = useEditor((state) => activeTab(state)?.selection);
  const busy = useStage(
    ({ moved, box, cut, renaming }) => moved !== undefined || box !== undefined || cut !== undefined || renaming !== undefined,
  );
  const connecting = useConnecting(({ start }) => start !== undefined);
  if (selection === undefined || selection.size === 0 || busy || connecting) return null;
  return <Toolbar selection={selection} />;
}

function Toolbar({ selection }: { readonly selection: ReadonlySet<string> }) {
  const { t } = useTranslation();
  const drawn = useStage(({ scene }) => scene.drawn);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for where everything lies.
  const bounds = useMemo(() => {
    const boxes = boxesOf(useStage.getState().scene);
    return boundsOf([...selection].flatMap((id) => boxes.get(id) ?? []));
  }, [drawn, selection]);
  const width = useStore((state) => state.width);
  const [x, y, zoom] = useStore(({ transform }) => transform);
  if (bounds === undefined) return null;
  const left = (bounds.x + bounds.width / 2) * zoom + x;
  const top = bounds.y * zoom + y - above;
  return (
    <div
      className={styles.toolbar}
      role="toolbar"
      aria-label={t('canvas.selection')}
      style={{ left: Math.min(width - 150, Math.max(150, left)), top: Math.max(8, top) }}
    >
      <Buttons selection={selection} />
    </div>
  );
}

/** The buttons stay as they are while their bar moves with the selection. */
const Buttons = memo(function Buttons({ selection }: { readonly selection: ReadonlySet<string> }) {
  const { t } = useTranslation();
  return (
    <>
      {buttons.map(([id, Icon]) => (
        <CommandButton key={id} id={id} icon={<Icon size={15} />} />
      ))}
      <Menu
        entries={() => colorEntries(t, selection)}
        trigger={<IconButton label={t('canvas.color')} side="top" icon={<PaletteIcon size={15} />} />}
      />
      {selection.size > 1 && (
        <Menu
          entries={() => arrangeEntries(t)}
          trigger={<IconButton label={t('canvas.arrange')} side="top" icon={<AlignHorizontalDistributeCenter size={15} />} />}
        />
      )}
      <i />
      <CommandButton id="delete" icon={<Trash2 size={15} />} />
    </>
  );
});

function arrangeEntries(t: (key: string) => string): MenuEntry[] {
  return commands
    .filter(({ group }) => group === 'arrange')
    .map((command) => ({
      kind: 'item',
      id: command.id,
      label: t(command.title),
      keys: shortcutOf(command.id),
      disabled: !canRun(command),
      run: command.run,
    }));
}
