import type { TFunction } from 'i18next';
import { CornerDownRight, Plus, Scissors } from 'lucide-react';
import { addReroute, disconnect } from '../../../workflows/edits/links.ts';
import { canRun, commands, shortcutOf } from '../../commands/all-commands.ts';
import { cutGesture, gestureText } from '../../commands/gestures.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { openSearch } from '../../search/search-state.ts';
import { activeTab, edit, select, useEditor } from '../../state/editor.ts';
import { MenuAt } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-items.ts';
import { portEntries } from '../connecting/port-entries.tsx';
import { useCanvasMenu } from '../flow/canvas-menu-state.ts';
import type { Point } from '../scene/bezier.ts';
import { rerouteSize } from '../scene/metrics.ts';
import type { SceneLink } from '../scene/scene.ts';
import { colorEntries } from './color-entries.tsx';

const onCanvas = ['add-node', 'add-note', 'paste', 'select-all', 'auto-layout', 'fit'];
const onSelection = [
  ['rename', 'duplicate', 'copy', 'cut'],
  ['mute', 'bypass', 'collapse', 'group', 'make-subgraph', 'enter-subgraph', 'subgraph-ports', 'unpack-subgraph', 'save-subgraph'],
  ['run-to-selected', 'fit-selection'],
  ['delete', 'delete-keeping-links'],
];

/** The menu of a right click, and that of a link. */
export function CanvasMenu({ toGraph }: { readonly toGraph: (point: Point) => Point }) {
  const { t } = useTranslation();
  const { at, place } = useCanvasMenu();
  const selection = useEditor((state) => activeTab(state)?.selection);
  const close = () => useCanvasMenu.setState({ at: undefined });
  return <MenuAt point={at} entries={entries()} onClose={close} />;

  function entries(): MenuEntry[] {
    if (at === undefined) return [];
    if (place.kind === 'link') return linkEntries(t, place.link, at, toGraph(at));
    if (place.kind === 'canvas') return commandEntries(t, onCanvas);
    const ports = place.socket === undefined ? [] : portEntries(t, place.socket);
    const groups = [ports, ...onSelection.map((ids) => commandEntries(t, ids))].filter((group) => group.length > 0);
    const parts = groups.flatMap((group, index): MenuEntry[] =>
      index === 0 ? group : [{ kind: 'separator', id: `line ${index}` }, ...group],
    );
    const colors: MenuEntry = { kind: 'submenu', id: 'color', label: t('canvas.color'), entries: colorEntries(t, selection ?? new Set()) };
    return [...parts, { kind: 'separator', id: 'line colors' }, colors];
  }
}

function commandEntries(t: TFunction, ids: readonly string[]): MenuEntry[] {
  return ids.flatMap((id): MenuEntry[] => {
    const command = commands.find((one) => one.id === id);
    if (command === undefined || !canRun(command)) return [];
    return [{ kind: 'item', id, label: t(command.title), keys: shortcutOf(id), run: command.run }];
  });
}

function linkEntries(t: TFunction, link: SceneLink, at: Point, { x, y }: Point): MenuEntry[] {
  const reroute = () => {
    let id = '';
    edit('edits.reroute', (workflow) => {
      const position = { x: Math.round(x - rerouteSize.width / 2), y: Math.round(y - rerouteSize.height / 2) };
      const added = addReroute(workflow, position, link);
      id = added.id;
      return added.workflow;
    });
    select([id]);
  };
  return [
    { kind: 'item', id: 'insert', label: t('canvas.insertNode'), icon: <Plus size={14} />, run: () => openSearch({ at, into: link }) },
    { kind: 'item', id: 'reroute', label: t('canvas.addReroute'), icon: <CornerDownRight size={14} />, run: reroute },
    {
      kind: 'item',
      id: 'cut',
      label: t('canvas.cutLink'),
      icon: <Scissors size={14} />,
      keys: cutGesture.keys.map((keys) => gestureText(keys, t)).join(' '),
      run: () => edit('edits.disconnect', (workflow) => disconnect(workflow, link.to)),
    },
  ];
}
